// What every forked program of the bench tells the process that forked it.

/**
 * @param {object} ready what it says once it is ready, such as its port
 * @param {(question: unknown) => Promise<unknown>} [answer] to what else it is asked
 */
export function serve(ready, answer = async () => undefined) {
  process.on('message', async (question) => {
    process.send((await measured(question)) ?? (await answer(question)));
  });
  process.on('disconnect', () => process.exit(0));
  process.send(ready);
}

async function measured(question) {
  if (question === 'cpu') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  if (question !== 'memory') return undefined;
  // Twice: the first collection frees what the second one can then move.
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().rss;
}
