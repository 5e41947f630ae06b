// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Accounts } from './accounts.js';
import { Chat } from './chat.js';
import { HttpError, requestId, sendJson } from './http.js';
import { EXTENSIONS, handleRequest } from './routes.js';
import { Sockets } from './sockets.js';
import { Tokens } from './tokens.js';

/** @import { IncomingMessage, Server } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { Message, Reply } from './conversation.js' */
/** @import { CloseCodes, RejectSockets } from './sockets.js' */

/** How long requests in flight may take when the backend stops. */
const SHUTDOWN_TIMEOUT_MS = 1000;

/**
 * @typedef {object} BackendOptions
 * @property {Readonly<Record<string, string>>} users Passwords by username.
 * @property {Reply} [reply] The assistant. By default it echoes the message.
 * @property {{ loginsPerMinute?: number, messagesPerMinute?: number, socketsPerUser?: number, minuteMs?: number }} [limits]
 *   Logins per address (5), messages per user (60), sockets per user (3), and the window of the first two in milliseconds (60,000).
 * @property {number} [tokenLifetimeSeconds] 3600 by default.
 * @property {() => number} [now] The clock, in milliseconds since 1970; the system clock by default.
 * @property {RejectSockets} [rejectSockets] How a WebSocket is rejected: `close` (the default) or `http`.
 * @property {boolean} [extensions] Whether it implements the extensions, too; `true` by default.
 * @property {CloseCodes} [closeCodes] The close codes: those of the `protocol` (the default) or only those of the `rfc`.
 */

/**
 * @typedef {object} Backend
 * @property {(port?: number) => Promise<string>} listen Resolves with the URL. Port 0 selects a free port.
 * @property {() => Promise<void>} close Closes the sockets and stops. Messages are kept: a later `listen` continues with them.
 * @property {() => Promise<void>} crash Stops like a crash: breaks every connection at once.
 * @property {string} url The base URL, such as `http://127.0.0.1:3000`.
 * @property {(username: string) => readonly Message[]} messages All messages, oldest first.
 * @property {(username: string) => number} sockets The number of open sockets of a user.
 * @property {() => void} expireTokens Makes every token invalid, and closes every socket.
 * @property {() => void} dropSockets Breaks all sockets without a close frame.
 */

/**
 * A chat backend in memory.
 *
 * @param {BackendOptions} options
 * @returns {Backend}
 */
export function createBackend(options) {
  const {
    loginsPerMinute = 5,
    messagesPerMinute = 60,
    socketsPerUser = 3,
    minuteMs = 60_000,
  } = options.limits ?? {};
  const now = options.now ?? Date.now;
  const accounts = new Accounts(options.users, loginsPerMinute, minuteMs, now);
  const tokens = new Tokens(options.tokenLifetimeSeconds ?? 3600, now);
  const reply = options.reply ?? ((content) => `You said: ${content}`);
  const extensions = options.extensions ?? true;
  const chat = new Chat(reply, messagesPerMinute, minuteMs, now, extensions);
  const reject = options.rejectSockets ?? 'close';
  const codes = options.closeCodes ?? 'protocol';
  const perUser = socketsPerUser;
  const sockets = new Sockets({ chat, tokens, perUser, reject, codes, extensions });
  const closeSockets = sockets.closeForToken.bind(sockets);
  const services = { accounts, tokens, chat, extensions, closeSockets };

  /** @type {Server | undefined} */
  let server;
  let url = '';

  /** @param {(server: Server) => void} endConnections */
  async function stop(endConnections) {
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    endConnections(server);
    server = undefined;
    await closed;
  }

  return {
    async listen(port = 0) {
      const running = createServer(async (request, response) => {
        const [status, body, headers] = await handle(services, request);
        // While stopping, close keep-alive connections, because they would delay the shutdown.
        response.shouldKeepAlive &&= running.listening;
        sendJson(response, status, body, {
          'X-Request-Id': requestId(request),
          ...(extensions && { 'Chat-Extensions': EXTENSIONS.join(', ') }),
          ...headers,
        });
      });
      // Longer than clients and proxies keep idle connections. If the server ended one first, the next request could be
      // on its way, and would fail.
      running.keepAliveTimeout = 75_000;
      running.on('upgrade', (request, socket, head) => {
        // While stopping, an existing connection may still request an upgrade; closeAll() would miss that socket.
        if (running.listening) sockets.upgrade(request, socket, head);
        else socket.destroy();
      });
      running.listen(port, '127.0.0.1');
      await once(running, 'listening');
      server = running;
      url = `http://127.0.0.1:${/** @type {AddressInfo} */ (running.address()).port}`;
      return url;
    },
    close: () =>
      stop((running) => {
        sockets.closeAll();
        // Without this, Node waits for connections that were opened and never used.
        const timer = setTimeout(() => running.closeAllConnections(), SHUTDOWN_TIMEOUT_MS);
        running.once('close', () => clearTimeout(timer));
      }),
    crash: () =>
      stop((running) => {
        sockets.dropAll();
        running.closeAllConnections();
      }),
    get url() {
      return url;
    },
    messages: (username) => chat.conversation(username).messages,
    sockets: (username) => sockets.count(username),
    expireTokens() {
      tokens.expireAll();
      sockets.closeAllAsExpired();
    },
    dropSockets: () => sockets.dropAll(),
  };
}

/**
 * @param {import('./routes.js').Services} services
 * @param {IncomingMessage} request
 * @returns {Promise<[status: number, body: object, headers?: Record<string, string>]>}
 */
async function handle(services, request) {
  try {
    return [200, await handleRequest(services, request)];
  } catch (error) {
    if (error instanceof HttpError) return [error.status, { detail: error.message }, error.headers];
    // Do not log errors of requests that the client aborted.
    if (!request.destroyed || request.complete) console.error(error);
    return [500, { detail: 'Internal server error.' }];
  }
}
