// @ts-check
import { WebSocketServer } from 'ws';
import { parseJson, Refusal, target } from './http.js';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Duplex } from 'node:stream' */
/** @import { WebSocket } from 'ws' */
/** @import { Chat } from './chat.js' */
/** @import { Message } from './conversation.js' */
/** @import { Claims, Tokens } from './tokens.js' */

const FRAME_MAX_BYTES = 1_000_000;
const BAD_FRAMES_IN_A_ROW = 20;
/** How often the sockets are looked through for tokens that ran out. */
const SWEEP_MS = 1000;
/** How long a peer may take to answer our goodbye before its line is cut. */
const GOODBYE_MS = 1000;

/**
 * How a dial is refused. `http` answers the handshake with a status, which a browser's page cannot
 * read; `close` accepts the socket and closes it with 4000 + that status, which it can.
 *
 * @typedef {'close' | 'http'} RefuseSockets
 */

/**
 * What a socket is closed with: the protocol's own codes, which tell a client what to do, or only those that
 * RFC 6455 (7.4.1) has, where a token, an origin and a socket too many are all a violated policy.
 *
 * @typedef {'protocol' | 'rfc'} CloseCodes
 */
const CLOSE_CODES = {
  protocol: { token: 4401, origin: 4403, tooMany: 4429, stopping: 1012 },
  rfc: { token: 1008, origin: 1008, tooMany: 1008, stopping: 1001 },
};

/** The WebSocket door, `/ws/chat?token=…`. */
export class Sockets {
  #chat;
  #tokens;
  #perUser;
  #refuse;
  #codes;
  #server = new WebSocketServer(
    // The cast is for `closeTimeout`, which ws has and @types/ws has not yet.
    /** @type {import('ws').ServerOptions} */ ({
      noServer: true,
      maxPayload: FRAME_MAX_BYTES,
      closeTimeout: GOODBYE_MS,
    }),
  );
  /** @type {Map<WebSocket, Claims>} */
  #open = new Map();

  /**
   * @param {{ chat: Chat, tokens: Tokens, perUser: number, refuse: RefuseSockets, codes: CloseCodes }} options
   */
  constructor({ chat, tokens, perUser, refuse, codes }) {
    this.#codes = CLOSE_CODES[codes];
    this.#chat = chat;
    this.#tokens = tokens;
    this.#perUser = perUser;
    this.#refuse = refuse;
    chat.onMessage = (username, message) => this.#broadcast(username, message);
  }

  /**
   * @param {IncomingMessage} request
   * @param {Duplex} line
   * @param {Buffer} head
   */
  upgrade(request, line, head) {
    line.on('error', () => line.destroy());
    const { path, query } = target(request);
    if (path !== '/ws/chat') return refuseByStatus(line, 404);
    if (!isOwnOrigin(request)) {
      this.#server.handleUpgrade(request, line, head, (socket) => {
        socket.close(this.#codes.origin, 'Pages of this origin are not allowed.');
      });
      return;
    }
    const claims = this.#tokens.verify(query.get('token') ?? '');
    const status = claims === undefined ? 401 : this.count(claims.sub) >= this.#perUser ? 429 : 101;
    if (status !== 101 && this.#refuse === 'http') return refuseByStatus(line, status);
    this.#server.handleUpgrade(request, line, head, (socket) => {
      // ws has told the peer why with a close frame, which an end at once might overtake.
      socket.on('error', () => {});
      if (claims === undefined)
        return socket.close(this.#codes.token, 'The token is wrong or expired.');
      if (status !== 101)
        return socket.close(this.#codes.tooMany, 'Too many connections of this user.');
      this.#serve(socket, claims);
    });
  }

  /** How many sockets a user has. @param {string} username */
  count(username) {
    return [...this.#open.values()].filter(({ sub }) => sub === username).length;
  }

  /** Ends the sockets that were opened with a token. @param {Claims} claims */
  closeThoseOf(claims) {
    for (const [socket, { jti }] of this.#open) {
      if (jti === claims.jti) socket.close(this.#codes.token, 'Logged out.');
    }
  }

  closeAll() {
    for (const socket of this.#server.clients) {
      socket.close(this.#codes.stopping, 'The server is stopping.');
    }
  }

  /** As if the tokens of all had expired at once. */
  endAll() {
    for (const socket of this.#open.keys()) socket.close(this.#codes.token, 'The token expired.');
  }

  /** Ends all sockets without a word, as a crash would. */
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
    // Not at `exp` by a timer: the token may also be ended earlier, and the clock be set anew.
    const sweep = setInterval(() => {
      if (!this.#tokens.isGood(claims)) socket.close(this.#codes.token, 'The token expired.');
    }, SWEEP_MS);
    socket.on('close', () => {
      clearInterval(sweep);
      this.#open.delete(socket);
    });
    socket.on('message', async (data, isBinary) => {
      try {
        await this.#chat.say(claims.sub, contentOf(isBinary ? undefined : parseJson(bytes(data))));
        badFrames = 0;
      } catch (error) {
        const sentence = error instanceof Refusal ? error.message : 'Something went wrong.';
        send(socket, 'status', { role: 'system', content: sentence, timestamp: now() });
        if (error instanceof Refusal && error.status === 400) badFrames += 1;
        if (badFrames >= BAD_FRAMES_IN_A_ROW) socket.close(1008, 'Too many bad frames.');
      }
    });
  }

  /**
   * @param {string} username
   * @param {Message} message
   */
  #broadcast(username, message) {
    for (const [socket, { sub }] of this.#open) {
      if (sub === username) send(socket, 'message', message);
    }
  }
}

/**
 * @param {WebSocket} socket
 * @param {'message' | 'status'} type
 * @param {{ role: string, content: string, timestamp: string }} data
 */
function send(socket, type, data) {
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type, data }));
}

/**
 * Whether whoever dials is no page at all or one of ours: the browser says the origin, a page cannot.
 *
 * @param {IncomingMessage} request
 */
function isOwnOrigin({ headers: { origin, host } }) {
  return origin === undefined || origin.replace(/^https?:\/\//, '') === host;
}

/** @param {any} frame */
function contentOf(frame) {
  if (frame?.type !== 'message' || typeof frame.content !== 'string') {
    throw new Refusal(400, 'A frame must be JSON text: { "type": "message", "content": string }.');
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
 * @param {Duplex} line
 * @param {number} status
 */
function refuseByStatus(line, status) {
  // Nobody reads from it any more, and so nobody would see the peer's end of it.
  line.once('finish', () => line.destroy());
  line.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
