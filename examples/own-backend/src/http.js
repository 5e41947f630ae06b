// @ts-check
import { randomUUID } from 'node:crypto';

/** @import { IncomingMessage, ServerResponse } from 'node:http' */

const BODY_MAX_BYTES = 1_000_000;

/** An error response: the status, and the sentence that the caller receives as `detail`. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   * @param {Record<string, string>} [headers]
   */
  constructor(status, detail, headers = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
  }
}

/**
 * A 429 error with `Retry-After`.
 *
 * @param {string} detail
 * @param {number} waitMs
 */
export function tooManyRequests(detail, waitMs) {
  return new HttpError(429, detail, {
    'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))),
  });
}

/**
 * The id of a request in logs: the caller's own id if it is safe to log, otherwise a new one.
 *
 * @param {IncomingMessage} request
 */
export function requestId({ headers }) {
  const id = headers['x-request-id'];
  return typeof id === 'string' && /^[\w.:-]{1,128}$/.test(id) ? id : randomUUID();
}

/**
 * @param {ServerResponse} response
 * @param {number} status
 * @param {object} body
 * @param {Record<string, string>} headers
 */
export function sendJson(response, status, body, headers) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    // Required for every 401 (RFC 9110, section 15.5.2).
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...headers,
  });
  response.end(text);
}

/**
 * Reads the fields of a JSON body.
 *
 * @param {IncomingMessage} request
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readFields(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new HttpError(415, 'The request body must be JSON: send Content-Type: application/json.');
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // Read a body that is too large to its end: a client that is still sending would not receive the response.
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  if (size > BODY_MAX_BYTES) throw new HttpError(413, 'The request body is too large.');
  const fields = parseJson(Buffer.concat(chunks));
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new HttpError(400, 'The request body must be a JSON object.');
  }
  return fields;
}

/** @param {Buffer} bytes */
export function parseJson(bytes) {
  try {
    // `fatal` rejects invalid UTF-8, which would otherwise be stored as replacement characters.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * A field that must be a string.
 *
 * @param {Record<string, unknown>} fields
 * @param {string} name
 */
export function textField(fields, name) {
  const value = fields[name];
  if (typeof value !== 'string') throw new HttpError(400, `Field "${name}" must be a string.`);
  return value;
}

/**
 * The path and the query of a request. `new URL` is not used, because it throws on paths such as `//`.
 *
 * @param {IncomingMessage} request
 */
export function target({ url = '/' }) {
  const queryStart = url.indexOf('?');
  return queryStart === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, queryStart), query: new URLSearchParams(url.slice(queryStart)) };
}

/**
 * A query parameter that must be a whole number.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {{ fallback: number, maximum: number }} options
 */
export function wholeNumber(query, name, { fallback, maximum }) {
  const [text, ...more] = query.getAll(name);
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) && more.length === 0 ? Number(text) : 0;
  if (value < 1 || value > maximum) {
    throw new HttpError(
      400,
      `Query parameter "${name}" must be a whole number from 1 to ${maximum}.`,
    );
  }
  return value;
}
