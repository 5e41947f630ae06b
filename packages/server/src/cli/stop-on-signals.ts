import type { FastifyInstance } from 'fastify';

/** What is left, once answers are out and lines are cut, for closing the store and for the last log lines. */
const closingMs = 1_500;

/**
 * The first SIGTERM or SIGINT drains and ends the process with 0; whoever sends a second one does not
 * want to wait.
 */
export function stopOnSignals(app: FastifyInstance, drainTimeoutMs: number): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    app.log.info({ signal }, 'Stopping: answers under way are finished first.');
    setTimeout(() => process.exit(), drainTimeoutMs + closingMs).unref();
    app.close().then(
      () => app.log.info('Stopped.'),
      (error: unknown) => {
        app.log.error({ err: error }, 'Could not stop cleanly.');
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
