// @ts-check
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Accounts } from './accounts.js';
import { Chat } from './chat.js';
import { Refusal, requestId, sendJson } from './http.js';
import { answer } from './routes.js';
import { Sockets } from './sockets.js';
import { Tokens } from './tokens.js';

/** @import { IncomingMessage, Server } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { Message, Reply } from './conversation.js' */
/** @import { CloseCodes, RefuseSockets } from './sockets.js' */

/** How long answers that are under way may take when the backend is told to stop. */
const GOODBYE_MS = 1000;

/**
 * @typedef {object} BackendOptions
 * @property {Readonly<Record<string, string>>} users Passwords by username.
 * @property {Reply} [reply] The assistant. By default it repeats what was said.
 * @property {{ loginsPerMinute?: number, messagesPerMinute?: number, socketsPerUser?: number, minuteMs?: number }} [limits]
 *   Logins per address (5), messages per user (60), sockets per user (3), and how long the minute of the first two is (60,000).
 * @property {number} [tokenLifetimeSeconds] One hour by default.
 * @property {() => number} [now] The clock, in milliseconds since 1970; the machine's own by default.
 * @property {RefuseSockets} [refuseSockets] How a dial is refused: `close` (the default) or `http`.
 * @property {CloseCodes} [closeCodes] Whose close codes are used: those of the `protocol` (the default) or of the `rfc`.
 */

/**
 * @typedef {object} Backend
 * @property {(port?: number) => Promise<string>} listen Resolves with the URL. Port 0 is any free one.
 * @property {() => Promise<void>} close Says goodbye to the sockets and stops. What was said is kept: `listen` goes on with it.
 * @property {() => Promise<void>} crash Stops as a crash would: every line is cut in the middle of whatever it carries.
 * @property {string} url Where it listens, such as `http://127.0.0.1:3000`.
 * @property {(username: string) => readonly Message[]} messages All that was said, oldest first.
 * @property {(username: string) => number} sockets How many sockets a user has.
 * @property {() => void} expireTokens Makes every token stop being good, and so ends every socket.
 * @property {() => void} dropSockets Ends all sockets without a close frame.
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
  const chat = new Chat(reply, messagesPerMinute, minuteMs, now);
  const refuse = options.refuseSockets ?? 'close';
  const codes = options.closeCodes ?? 'protocol';
  const sockets = new Sockets({ chat, tokens, perUser: socketsPerUser, refuse, codes });
  const parts = { accounts, tokens, chat, closeSockets: sockets.closeThoseOf.bind(sockets) };

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
        const [status, body, headers] = await outcome(parts, request);
        // A line that is kept alive would keep a server that stops from ending.
        response.shouldKeepAlive &&= running.listening;
        sendJson(response, status, body, { 'X-Request-Id': requestId(request), ...headers });
      });
      running.on('upgrade', (request, line, head) => {
        // It may still come over a line that was there before: nobody would say goodbye to it.
        if (running.listening) sockets.upgrade(request, line, head);
        else line.destroy();
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
        // Node waits for lines that were opened and never used; nobody else should.
        const deadline = setTimeout(() => running.closeAllConnections(), GOODBYE_MS);
        running.once('close', () => clearTimeout(deadline));
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
      sockets.endAll();
    },
    dropSockets: () => sockets.dropAll(),
  };
}

/**
 * @param {import('./routes.js').Parts} parts
 * @param {IncomingMessage} request
 * @returns {Promise<[status: number, body: object, headers?: Record<string, string>]>}
 */
async function outcome(parts, request) {
  try {
    return [200, await answer(parts, request)];
  } catch (error) {
    if (error instanceof Refusal) return [error.status, { detail: error.message }, error.headers];
    // Nobody waits for the answer to a request that broke off.
    if (!request.destroyed || request.complete) console.error(error);
    return [500, { detail: 'Something went wrong here; it was not your request.' }];
  }
}
