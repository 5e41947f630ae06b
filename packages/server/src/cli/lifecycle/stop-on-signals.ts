import type { FastifyInstance } from 'fastify';

/** Time after the drain for closing the store and writing the last log lines. */
const closeMarginMs = 1_500;

/**
 * The first SIGTERM or SIGINT drains the server and exits with 0; a second one exits at once with 1.
 */
export function stopOnSignals(app: FastifyInstance, drainTimeoutMs: number): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    app.log.info({ signal }, 'Stopping: requests in progress are finished first.');
    setTimeout(() => process.exit(), drainTimeoutMs + closeMarginMs).unref();
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
