import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface PipelineLimits {
  /** How many requests of one connection may wait for its earlier responses. */
  readonly maxWaiting: number;
  /** How long a peer may take to read a response, in milliseconds. */
  readonly writeTimeoutMs: number;
}

/** Node does not document this property: the response that a connection currently sends. */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

/** The waiting requests of one connection. */
interface Backlog {
  waiting: number;
  stop(): void;
}

/** Whether a response of this connection is in progress. */
export function isResponding(connection: object): boolean {
  return Boolean((connection as HttpSocket)._httpMessage);
}

/**
 * Processes the requests of one connection one after the other: each starts when the response before it was written to the
 * network. Node itself starts all requests of a packet at once and holds their responses in memory. A connection with too
 * many waiting requests, or whose peer does not read, is closed.
 */
export function processPipelinedRequestsInOrder(
  scope: FastifyInstance,
  { maxWaiting, writeTimeoutMs }: PipelineLimits,
): void {
  const backlogs = new WeakMap<Socket, Backlog>();
  scope.addHook('onRequest', (request, reply, done) => {
    // Node assigns the connection to a response when all earlier ones are written.
    if (reply.raw.socket !== null) {
      done();
      return;
    }
    const connection = request.raw.socket;
    // The parser may report further requests of a packet after the connection is destroyed.
    if (connection.destroyed) return;
    const backlog = backlogs.get(connection) ?? createBacklog(connection, writeTimeoutMs);
    backlogs.set(connection, backlog);
    if (backlog.waiting >= maxWaiting) {
      connection.destroy();
      return;
    }
    backlog.waiting += 1;
    reply.raw.once('socket', () => {
      backlog.waiting -= 1;
      if (backlog.waiting === 0) {
        backlog.stop();
        backlogs.delete(connection);
      }
      // Other connections have their turn between two requests of this one.
      setImmediate(done);
    });
  });
}

function createBacklog(connection: HttpSocket, writeTimeoutMs: number): Backlog {
  let unread: ServerResponse | undefined;
  const timer = setInterval(() => {
    const current = connection._httpMessage ?? undefined;
    const isComplete = current?.writableEnded === true;
    if (isComplete && current === unread) connection.destroy();
    unread = isComplete ? current : undefined;
  }, writeTimeoutMs);
  timer.unref();
  const stop = (): void => clearInterval(timer);
  connection.once('close', stop);
  return {
    waiting: 0,
    stop() {
      stop();
      connection.off('close', stop);
    },
  };
}
