// @ts-check
import { Refusal, readFields, target, textField, wholeNumber } from './http.js';
import { chatStatistics, messageStatistics } from './statistics.js';

/** @import { IncomingMessage } from 'node:http' */
/** @import { Accounts } from './accounts.js' */
/** @import { Chat } from './chat.js' */
/** @import { Claims, Tokens } from './tokens.js' */

/**
 * @typedef {object} Parts
 * @property {Accounts} accounts
 * @property {Tokens} tokens
 * @property {Chat} chat
 * @property {(claims: Claims) => void} closeSockets Ends the sockets that were opened with a token.
 */

/**
 * @typedef {object} Call
 * @property {IncomingMessage} request
 * @property {URLSearchParams} query
 */

/** @typedef {(parts: Parts, call: Call) => Promise<object>} Handler */

/** The API, a line a route. @type {Record<string, Handler>} */
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

/**
 * @param {Parts} parts
 * @param {IncomingMessage} request
 */
export async function answer(parts, request) {
  const { path, query } = target(request);
  const name = `${request.method} ${path}`;
  const handler = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (handler === undefined) throw new Refusal(404, `There is no ${name}.`);
  return handler(parts, { request, query });
}

/** @type {Handler} */
async function login({ accounts, tokens }, { request }) {
  accounts.countAttempt(request.socket.remoteAddress ?? '');
  const fields = await readFields(request);
  const username = textField(fields, 'username');
  if (!accounts.matches(username, textField(fields, 'password'))) {
    throw new Refusal(401, 'The username or the password is wrong.');
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
  const response = await chat.say(username, content);
  return { response, messages: chat.conversation(username).session };
}

/** @type {Handler} */
async function history({ tokens, chat }, { request, query }) {
  const { messages } = chat.conversation(authenticate(tokens, request).sub);
  const page = wholeNumber(query, 'page', { fallback: 1, maximum: Number.MAX_SAFE_INTEGER });
  const pageSize = wholeNumber(query, 'pageSize', { fallback: 20, maximum: 100 });
  // Newest first: whoever asks for page 1 wants to see what was said last.
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
  if (claims === undefined) throw new Refusal(401, 'The token is missing, wrong or expired.');
  return claims;
}
