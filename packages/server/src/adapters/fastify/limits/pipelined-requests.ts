import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { BodyEnd } from './body-end.js';
import { createTurns } from './turns.js';

const empty: Buffer = Buffer.alloc(0);
/** The end of a request's headers. */
const headersEnd = '\r\n\r\n';
/** A connection with more unprocessed bytes is not read further. */
const maxHeldBytes = 65_536;

/** Over all connections, so that many of them delay other callers as little as one. */
const nextTurn = createTurns();

/** Node does not document this property: the response that a connection currently sends. */
type HttpSocket = Socket & { readonly _httpMessage?: ServerResponse | null };

const inputs = new WeakMap<object, ConnectionInput>();

/** Whether a response of this connection is in progress. */
export function isResponding(connection: object): boolean {
  return Boolean((connection as HttpSocket)._httpMessage);
}

/**
 * Processes the requests of a new connection one after the other: the bytes of the next request reach Node's parser when the
 * response before it was written to the network. Node itself parses and starts all requests of a packet at once, thousands
 * if they are small. A connection whose peer does not read a response for `writeTimeoutMs` is closed if it has further
 * requests.
 */
export function processRequestsInOrder(connection: HttpSocket, writeTimeoutMs: number): void {
  const [parse, ...others] = connection.listeners('data');
  // The listener of Node's HTTP server. A TLS connection has none before its handshake.
  if (parse === undefined || others.length > 0 || inputs.has(connection)) return;
  connection.off('data', parse as () => void);
  inputs.set(
    connection,
    new ConnectionInput(connection, (bytes) => parse.call(connection, bytes), writeTimeoutMs),
  );
}

/** Passes all further bytes of a connection to the WebSocket that it becomes. */
export function stopProcessingRequests(connection: object): void {
  inputs.get(connection)?.release();
  inputs.delete(connection);
}

/** Starts a request when the response before it was written, also if a runtime parses several requests together. */
export function startRequestsInOrder(scope: FastifyInstance): void {
  scope.addHook('onRequest', (_request, reply, done) => {
    // Node assigns the connection to a response when all earlier ones are written.
    if (reply.raw.socket !== null) done();
    else reply.raw.once('socket', () => void nextTurn().then(() => done()));
  });
}

/** The parser ignores newlines before a request. */
function countNewlines(bytes: Buffer): number {
  let count = 0;
  while (bytes[count] === 13 || bytes[count] === 10) count += 1;
  return count;
}

/** Calls `onRead` once when something starts to read a body, in any way. */
function whenRead(body: IncomingMessage, onRead: () => void): void {
  const stop = (): void => {
    body.off('resume', stop).off('newListener', onListener);
    onRead();
  };
  // Iterators wait for this event, and never resume the stream.
  const onListener = (event: string | symbol): void => {
    if (event === 'readable') stop();
  };
  body.on('resume', stop).on('newListener', onListener);
}

class ConnectionInput {
  readonly #connection: HttpSocket;
  readonly #parse: (bytes: Buffer) => void;
  readonly #writeTimeoutMs: number;
  #held = empty;
  /** The last bytes of headers of which more will arrive. */
  #headersStart = empty;
  #body: BodyEnd | undefined;
  #isPaused = false;
  /** Nothing is parsed until a response has ended, or until other connections had their turn. */
  #isWaiting = false;
  #unread: ServerResponse | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: HttpSocket, parse: (bytes: Buffer) => void, writeTimeoutMs: number) {
    this.#connection = connection;
    this.#parse = parse;
    this.#writeTimeoutMs = writeTimeoutMs;
    connection.on('data', this.#receive);
    // Node pauses a connection while it cannot write.
    connection.on('resume', this.#process);
    connection.once('close', this.#stopTimer);
  }

  release(): void {
    this.#connection
      .off('data', this.#receive)
      .off('resume', this.#process)
      // It would keep Node's parser of the connection in memory.
      .off('close', this.#stopTimer);
    this.#stopTimer();
    if (this.#held.length > 0) this.#connection.unshift(this.#held);
    this.#held = empty;
    this.#isPaused = false;
  }

  readonly #receive = (bytes: Buffer): void => {
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    this.#process();
  };

  readonly #process = (): void => {
    const connection = this.#connection;
    while (this.#held.length > 0 && !connection.destroyed && !this.#mustWait()) {
      // The first part of a body follows its headers at once: otherwise each request with a body would wait.
      const isOfBody = this.#body !== undefined;
      const slice = this.#nextSlice();
      this.#held = this.#held.subarray(slice.length);
      this.#pass(slice);
      const hasMoreChunks = isOfBody && this.#body !== undefined && this.#held.length > 0;
      if (hasMoreChunks) this.#waitForTurn();
    }
    if (this.#held.length === 0) this.#stopTimer();
    else this.#timer ??= setInterval(this.#closeUnread, this.#writeTimeoutMs).unref();
    const isFull = this.#held.length >= maxHeldBytes;
    if (isFull && !connection.isPaused()) {
      this.#isPaused = true;
      connection.pause();
    } else if (!isFull && this.#isPaused) {
      this.#isPaused = false;
      connection.resume();
    }
  };

  /** Ends with the headers, the body or many chunks of a request, or contains all held bytes. */
  #nextSlice(): Buffer {
    const held = this.#held;
    // Never empty, whatever the request says about its body.
    if (this.#body !== undefined) return held.subarray(0, this.#body.take(held) || held.length);
    const before = this.#headersStart;
    const bytes = before.length === 0 ? held : Buffer.concat([before, held]);
    const start = before.length === 0 ? countNewlines(bytes) : 0;
    const end = bytes.indexOf(headersEnd, start);
    this.#headersStart = empty;
    if (end >= 0) return held.subarray(0, end + headersEnd.length - before.length);
    if (start < bytes.length) {
      this.#headersStart = Buffer.from(bytes.subarray(1 - headersEnd.length));
    }
    return held;
  }

  /** Passes bytes to the parser, and remembers a request whose body follows: its response may end before the body. */
  #pass(slice: Buffer): void {
    this.#parse(slice);
    if (this.#body?.request.complete) this.#body = undefined;
    const request = this.#connection._httpMessage?.req;
    if (request?.complete === false && this.#body?.request !== request) {
      this.#body = new BodyEnd(request);
    }
  }

  #mustWait(): boolean {
    if (this.#isWaiting) return true;
    const response = this.#connection._httpMessage;
    if (response?.req.complete) {
      this.#isWaiting = true;
      response.once('close', () => this.#waitForTurn());
      return true;
    }
    const body = response?.req;
    // Node limits unread chunks by their bytes, but small chunks need far more memory than that.
    if (body !== undefined && body.readableLength > 0 && body.readableFlowing === null) {
      this.#isWaiting = true;
      whenRead(body, () => this.#waitForTurn());
      return true;
    }
    // The rest of the body may be among the held bytes.
    return this.#connection.isPaused() && !this.#isPaused;
  }

  #waitForTurn(): void {
    this.#isWaiting = true;
    void nextTurn().then(() => {
      this.#isWaiting = false;
      this.#process();
    });
  }

  readonly #closeUnread = (): void => {
    const current = this.#connection._httpMessage ?? undefined;
    const isComplete = current?.writableEnded === true;
    if (isComplete && current === this.#unread) this.#connection.destroy();
    this.#unread = isComplete ? current : undefined;
  };

  readonly #stopTimer = (): void => {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unread = undefined;
  };
}
