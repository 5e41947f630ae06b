// @ts-check
import { WebSocketServer } from 'ws';
import { HttpError, parseJson, target } from './http.js';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Duplex } from 'node:stream' */
/** @import { WebSocket } from 'ws' */
/** @import { Chat } from './chat.js' */
/** @import { Claims, Tokens } from './tokens.js' */

const FRAME_MAX_BYTES = 1_000_000;
const MAX_CONSECUTIVE_BAD_FRAMES = 20;
/** How often each socket checks whether its token has expired. */
const TOKEN_CHECK_MS = 1000;
/** How long a client may take to answer a close frame before its connection is destroyed. */
const CLOSE_TIMEOUT_MS = 1000;

/**
 * How a WebSocket is rejected. `http` responds to the handshake with a status, which a page in a browser cannot read. `close`
 * accepts the socket and closes it with 4000 + that status, which the page can read.
 *
 * @typedef {'close' | 'http'} RejectSockets
 */

/**
 * The close codes of sockets: those of the protocol, which tell a client what to do, or only those of RFC 6455 (section 7.4.1), which
 * has one code (1008, policy violation) for an invalid token, a wrong origin and too many sockets.
 *
 * @typedef {'protocol' | 'rfc'} CloseCodes
 */
const CLOSE_CODES = {
  protocol: { token: 4401, origin: 4403, tooMany: 4429, stopping: 1012 },
  rfc: { token: 1008, origin: 1008, tooMany: 1008, stopping: 1001 },
};

/** The extensions that the first frame announces. */
const FEATURES = ['reply-to', 'typing', 'stop'];

/** The WebSocket endpoint, `/ws/chat?token=…`. */
export class Sockets {
  #chat;
  #tokens;
  #perUser;
  #reject;
  #codes;
  #extensions;
  #server = new WebSocketServer(
    // The cast is for `closeTimeout`, which ws supports but @types/ws does not know yet.
    /** @type {import('ws').ServerOptions} */ ({
      noServer: true,
      maxPayload: FRAME_MAX_BYTES,
      closeTimeout: CLOSE_TIMEOUT_MS,
    }),
  );
  /** @type {Map<WebSocket, Claims>} */
  #open = new Map();

  /**
   * @param {{ chat: Chat, tokens: Tokens, perUser: number, reject: RejectSockets, codes: CloseCodes, extensions: boolean }} options
   */
  constructor({ chat, tokens, perUser, reject, codes, extensions }) {
    this.#extensions = extensions;
    this.#codes = CLOSE_CODES[codes];
    this.#chat = chat;
    this.#tokens = tokens;
    this.#perUser = perUser;
    this.#reject = reject;
    chat.onFrame = (...frame) => this.#broadcast(...frame);
  }

  /**
   * @param {IncomingMessage} request
   * @param {Duplex} connection
   * @param {Buffer} head
   */
  upgrade(request, connection, head) {
    connection.on('error', () => connection.destroy());
    const { path, query } = target(request);
    if (path !== '/ws/chat') return rejectWithStatus(connection, 404);
    if (!isAllowedOrigin(request)) {
      this.#server.handleUpgrade(request, connection, head, (socket) => {
        socket.close(this.#codes.origin, 'Pages of this origin are not allowed.');
      });
      return;
    }
    const claims = this.#tokens.verify(query.get('token') ?? '');
    const status = claims === undefined ? 401 : this.count(claims.sub) >= this.#perUser ? 429 : 101;
    if (status !== 101 && this.#reject === 'http') return rejectWithStatus(connection, status);
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      // ws has already sent a close frame with the reason; destroying the connection now could lose it.
      socket.on('error', () => {});
      if (claims === undefined)
        return socket.close(this.#codes.token, 'The token is invalid or expired.');
      if (status !== 101)
        return socket.close(this.#codes.tooMany, 'Too many connections of this user.');
      this.#serve(socket, claims);
    });
  }

  /** The number of open sockets of a user. @param {string} username */
  count(username) {
    return [...this.#open.values()].filter(({ sub }) => sub === username).length;
  }

  /** Closes the sockets that were opened with a token. @param {Claims} claims */
  closeForToken(claims) {
    for (const [socket, { jti }] of this.#open) {
      if (jti === claims.jti) socket.close(this.#codes.token, 'Logged out.');
    }
  }

  closeAll() {
    for (const socket of this.#server.clients) {
      socket.close(this.#codes.stopping, 'The server is stopping.');
    }
  }

  /** Closes all sockets as if their tokens had expired. */
  closeAllAsExpired() {
    for (const socket of this.#open.keys()) socket.close(this.#codes.token, 'The token expired.');
  }

  /** Breaks all sockets without a close frame, like a crash. */
  dropAll() {
    for (const socket of this.#server.clients) socket.terminate();
  }

  /**
   * @param {WebSocket} socket
   * @param {Claims} claims
   */
  #serve(socket, claims) {
    this.#open.set(socket, claims);
    let badFrames = 0;
    if (this.#extensions) {
      const greeting = { content: 'You are connected.', features: FEATURES, heartbeatMs: 30_000 };
      send(socket, 'status', { role: 'system', event: 'connected', timestamp: now(), ...greeting });
    }
    // Checked regularly instead of once at `exp`, because a token may be revoked earlier and the clock may change.
    const tokenCheck = setInterval(() => {
      if (!this.#tokens.isValid(claims)) socket.close(this.#codes.token, 'The token expired.');
    }, TOKEN_CHECK_MS);
    socket.on('close', () => {
      clearInterval(tokenCheck);
      this.#open.delete(socket);
    });
    socket.on('message', async (data, isBinary) => {
      try {
        await this.#receive(claims.sub, isBinary ? undefined : parseJson(bytes(data)));
        badFrames = 0;
      } catch (error) {
        const content = error instanceof HttpError ? error.message : 'Internal server error.';
        send(socket, 'status', { role: 'system', content, timestamp: now() });
        if (error instanceof HttpError && error.status === 400) badFrames += 1;
        if (badFrames >= MAX_CONSECUTIVE_BAD_FRAMES) socket.close(1008, 'Too many bad frames.');
      }
    });
  }

  /**
   * @param {string} username
   * @param {any} frame
   */
  async #receive(username, frame) {
    if (this.#extensions && frame?.type === 'stop') {
      this.#chat.conversation(username).stop(frame.id);
    } else {
      await this.#chat.send(username, contentOf(frame));
    }
  }

  /**
   * @param {string} username
   * @param {'message' | 'status'} type
   * @param {object} data
   */
  #broadcast(username, type, data) {
    for (const [socket, { sub }] of this.#open) {
      if (sub === username) send(socket, type, data);
    }
  }
}

/**
 * @param {WebSocket} socket
 * @param {'message' | 'status'} type
 * @param {object} data
 */
function send(socket, type, data) {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type, data }));
}

/**
 * Whether the client is not a page, or a page of this server. The browser sets the origin; a page cannot change it.
 *
 * @param {IncomingMessage} request
 */
function isAllowedOrigin({ headers: { origin, host } }) {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host;
}

/** @param {any} frame */
function contentOf(frame) {
  if (frame?.type !== 'message' || typeof frame.content !== 'string') {
    throw new HttpError(
      400,
      'A frame must be JSON text: { "type": "message", "content": string }.',
    );
  }
  return frame.content;
}

/** @param {import('ws').RawData} data */
function bytes(data) {
  return /** @type {Buffer} */ (data);
}

function now() {
  return new Date().toISOString();
}

/**
 * @param {Duplex} connection
 * @param {number} status
 */
function rejectWithStatus(connection, status) {
  // Nothing reads from this connection any more, so the client's end of it would go unnoticed.
  connection.once('finish', () => connection.destroy());
  connection.end(`HTTP/1.1 ${status} Rejected\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
