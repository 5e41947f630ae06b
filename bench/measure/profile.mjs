// What a Node.js process uses its time for.
import { connectInspector } from '../../scripts/lib/inspector.mjs';

const samplingIntervalUs = 200;

/**
 * Profiles a process while `work` runs.
 * @param {import('@chat/test-support').ManagedProcess} program started with the environment `inspectable`
 * @param {() => Promise<void>} work
 * @returns {Promise<Record<string, number>>} the percentage of each part
 */
export async function profile(program, work) {
  const inspector = await connectInspector(program);
  try {
    await inspector.send('Profiler.enable');
    await inspector.send('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
    await inspector.send('Profiler.start');
    await work();
    const stopped = await inspector.send('Profiler.stop');
    return percentages(stopped.profile);
  } finally {
    await inspector.close();
  }
}

/** Of the time in which the process was not idle, the largest first. */
function percentages({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const times = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const part = partOf(id, byId, parents);
    if (part === undefined) return;
    times.set(part, (times.get(part) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  const sorted = [...times].sort(([, one], [, other]) => other - one);
  return Object.fromEntries(sorted.map(([part, time]) => [part, (time / total) * 100]));
}

/** A function without a file, such as `JSON.parse`, belongs to the one that calls it. */
function partOf(id, byId, parents) {
  const name = byId.get(id).callFrame.functionName;
  if (name === '(idle)') return undefined;
  if (name === '(garbage collector)') return 'garbage collection';
  // The process that reads it may then use this core: the time until it is free again is part of the call.
  if (name.startsWith('write') && byId.get(id).callFrame.url === '') return 'writes to sockets';
  let current = id;
  while (current !== undefined) {
    const { url } = byId.get(current).callFrame;
    if (url !== '') return partOfFile(url);
    current = parents.get(current);
  }
  return 'Node.js';
}

function partOfFile(url) {
  if (url.startsWith('node:')) return 'Node.js';
  const [, library] = /node_modules\/(@?\w[\w-]*)/.exec(url) ?? [];
  if (library === undefined) return 'our code and what it inlines';
  if (library === 'ioredis' || library === 'redis-parser') return 'ioredis';
  return library.startsWith('pg') ? 'node-postgres' : 'Fastify and other packages';
}
