import type { Cluster } from './describe-cluster.js';

/** A fault of a service, and its end. */
export interface Fault {
  begin(): unknown;
  end(): unknown;
}

type Service = 'postgres' | 'redis';

/** Its process ends, and connections are refused. */
export function stopped(cluster: Cluster, service: Service): Fault {
  return {
    async begin() {
      cluster.proxies[service].refuse();
      await cluster[service].stop();
      cluster.proxies[service].cut();
    },
    async end() {
      await cluster[service].start();
      await cluster.proxies[service].resume();
    },
  };
}

/** It accepts connections and does not respond. */
export function frozen(cluster: Cluster, service: Service): Fault {
  return { begin: () => cluster[service].freeze(), end: () => cluster[service].thaw() };
}

/** Each byte is delayed, in both directions. */
export function slowBy(delayMs: number) {
  return (cluster: Cluster, service: Service): Fault => {
    const setDelay = (value: number) => {
      cluster.proxies[service].delayMs = value;
    };
    return { begin: () => setDelay(delayMs), end: () => setDelay(0) };
  };
}
