// @ts-check
import { HttpError, readFields, target, textField, wholeNumber } from './http.js';
import { chatStatistics, messageStatistics } from './statistics.js';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Accounts } from './accounts.js' */
/** @import { Chat } from './chat.js' */
/** @import { Claims, Tokens } from './tokens.js' */

/**
 * @typedef {object} Services
 * @property {Accounts} accounts
 * @property {Tokens} tokens
 * @property {Chat} chat
 * @property {boolean} extensions
 * @property {(claims: Claims) => void} closeSockets Closes the sockets that were opened with a token.
 */

/**
 * @typedef {object} RequestContext
 * @property {IncomingMessage} request
 * @property {URLSearchParams} query
 */

/** @typedef {(services: Services, context: RequestContext) => Promise<object>} Handler */

/** The extensions that this backend announces in every response. */
export const EXTENSIONS = ['reply-to', 'stop', 'regenerate', 'new-session'];

/** The routes of the core. @type {Record<string, Handler>} */
const routes = {
  'POST /api/v1/login': login,
  'POST /api/v1/logout': logout,
  'POST /api/v1/chat': sendMessage,
  'GET /api/v1/chat/history': history,
  'GET /api/v1/stats/chat': async ({ chat, tokens }, { request }) =>
    chatStatistics(chat.conversation(authenticate(tokens, request).sub)),
  'GET /api/v1/stats/messages': async ({ chat, tokens }, { request }) =>
    messageStatistics(chat.conversation(authenticate(tokens, request).sub)),
};

/** The routes of the extensions. @type {Record<string, Handler>} */
const extensionRoutes = {
  'POST /api/v1/chat/stop': stop,
  'POST /api/v1/chat/regenerate': regenerate,
  'POST /api/v1/chat/sessions': newSession,
};

/**
 * @param {Services} services
 * @param {IncomingMessage} request
 */
export async function handleRequest(services, request) {
  const { path, query } = target(request);
  const name = `${request.method} ${path}`;
  const known = services.extensions ? { ...routes, ...extensionRoutes } : routes;
  const handler = Object.hasOwn(known, name) ? known[name] : undefined;
  if (handler === undefined) throw new HttpError(404, `Unknown route: ${name}.`);
  return handler(services, { request, query });
}

/** @type {Handler} */
async function login({ accounts, tokens }, { request }) {
  accounts.countAttempt(request.socket.remoteAddress ?? '');
  const fields = await readFields(request);
  const username = textField(fields, 'username');
  if (!accounts.matches(username, textField(fields, 'password'))) {
    throw new HttpError(401, 'The username or the password is wrong.');
  }
  return { access_token: tokens.issue(username), token_type: 'bearer' };
}

/** @type {Handler} */
async function logout({ tokens, chat, closeSockets }, { request }) {
  const claims = authenticate(tokens, request);
  tokens.revoke(claims);
  closeSockets(claims);
  chat.conversation(claims.sub).endSession();
  return { message: 'Successfully logged out' };
}

/** @type {Handler} */
async function sendMessage({ tokens, chat }, { request }) {
  const { sub: username } = authenticate(tokens, request);
  const content = textField(await readFields(request), 'message');
  const response = await chat.send(username, content);
  return { response, messages: chat.conversation(username).session };
}

/** @type {Handler} */
async function stop({ tokens, chat }, { request }) {
  const { sub: username } = authenticate(tokens, request);
  const fields = await readFields(request);
  const messageId = fields.messageId === undefined ? undefined : textField(fields, 'messageId');
  return { stopped: chat.conversation(username).stop(messageId) };
}

/** @type {Handler} */
async function regenerate({ tokens, chat }, { request }) {
  const { sub: username } = authenticate(tokens, request);
  const messageId = textField(await readFields(request), 'messageId');
  const response = await chat.regenerate(username, messageId);
  return { response, messages: chat.conversation(username).session };
}

/** @type {Handler} */
async function newSession({ tokens, chat }, { request }) {
  const { sub: username } = authenticate(tokens, request);
  const session = await chat.conversation(username).newSession();
  return { session: { ...session, userId: username } };
}

/** @type {Handler} */
async function history({ tokens, chat }, { request, query }) {
  const { messages } = chat.conversation(authenticate(tokens, request).sub);
  const page = wholeNumber(query, 'page', { fallback: 1, maximum: Number.MAX_SAFE_INTEGER });
  const pageSize = wholeNumber(query, 'pageSize', { fallback: 20, maximum: 100 });
  // Newest first: users who open page 1 want to see the latest messages.
  const end = Math.max(0, messages.length - (page - 1) * pageSize);
  return {
    messages: messages.slice(Math.max(0, end - pageSize), end).reverse(),
    pagination: { total: messages.length, page, pageSize },
  };
}

/**
 * @param {Tokens} tokens
 * @param {IncomingMessage} request
 */
function authenticate(tokens, request) {
  const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const claims = token === undefined ? undefined : tokens.verify(token);
  if (claims === undefined) throw new HttpError(401, 'The token is missing, invalid or expired.');
  return claims;
}
