import type { Terminal } from '../output/terminal.js';

/** Stops a program without a drain: the first signal closes it; a second one ends the process at once. */
export function stopWhenRequested(
  close: () => Promise<void>,
  terminal: Terminal,
  untilStdinEnds: boolean,
): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void close().then(() => terminal.stdin.destroy());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (untilStdinEnds) {
    terminal.stdin.resume();
    for (const event of ['end', 'close', 'error']) {
      terminal.stdin.once(event, () => {
        if (!stopping) stop();
      });
    }
  }
}
