// What every server of the bench tells the process that forked it: its port, and its memory when asked.
export function serve(port) {
  process.on('message', (asked) => {
    if (asked !== 'memory') return;
    // Twice: the first collection frees what the second one can then move.
    globalThis.gc();
    globalThis.gc();
    process.send({ rss: process.memoryUsage().rss });
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ port });
}
