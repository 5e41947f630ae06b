/**
 * The other side of forked.mjs: what each forked program sends to its parent.
 * @param {object} ready sent at once, such as the port
 * @param {(message: unknown) => Promise<unknown>} [respond] to messages other than `cpu` and `memory`
 */
export function serve(ready, respond = async () => undefined) {
  process.on('message', async (message) => {
    process.send(measure(message) ?? (await respond(message)));
  });
  process.on('disconnect', () => process.exit(0));
  process.send(ready);
}

function measure(message) {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
  if (message !== 'memory') return undefined;
  // Twice: the first collection frees what the second one can move.
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().rss;
}
