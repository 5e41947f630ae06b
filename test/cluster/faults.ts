import type { Cluster } from './describe-cluster.js';

/** What can happen to a part, and how it is over. */
export interface Fault {
  begin(): unknown;
  end(): unknown;
}

type Part = 'postgres' | 'redis';

/** Its process ends, and nobody listens any more. */
export function gone(cluster: Cluster, part: Part): Fault {
  return {
    async begin() {
      cluster.lines[part].refuse();
      await cluster[part].stop();
      cluster.lines[part].cut();
    },
    async end() {
      await cluster[part].start();
      await cluster.lines[part].resume();
    },
  };
}

/** It takes connections and answers nothing. */
export function frozen(cluster: Cluster, part: Part): Fault {
  return { begin: () => cluster[part].freeze(), end: () => cluster[part].thaw() };
}

/** Each byte takes so long to it, and as long back. */
export function slowBy(delayMs: number) {
  return (cluster: Cluster, part: Part): Fault => {
    const setDelay = (value: number) => {
      cluster.lines[part].delayMs = value;
    };
    return { begin: () => setDelay(delayMs), end: () => setDelay(0) };
  };
}
