// @ts-check
import { randomUUID } from 'node:crypto';

/** @import { IncomingMessage, ServerResponse } from 'node:http' */

const BODY_MAX_BYTES = 1_000_000;

/** A refusal: the status, and the one sentence that goes to the caller as `detail`. */
export class Refusal extends Error {
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
 * Too much in too little time, and when to come back.
 *
 * @param {string} detail
 * @param {number} waitMs
 */
export function tooMany(detail, waitMs) {
  return new Refusal(429, detail, { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) });
}

/**
 * The id under which a request is found in logs: the caller's own, unless it could break one.
 *
 * @param {IncomingMessage} request
 */
export function requestId({ headers }) {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
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
    // HTTP itself asks for this beside every 401 (RFC 9110, 15.5.2).
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...headers,
  });
  response.end(text);
}

/**
 * The fields of a JSON body.
 *
 * @param {IncomingMessage} request
 * @returns {Promise<Record<string, unknown>>}
 */
export async function readFields(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Refusal(415, 'The request body must be JSON: send Content-Type: application/json.');
  }
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    // Read to its end all the same: a caller that is still sending would not hear the answer.
    if (size <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  if (size > BODY_MAX_BYTES) throw new Refusal(413, 'The request body is too large.');
  const fields = parseJson(Buffer.concat(chunks));
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new Refusal(400, 'The request body must be a JSON object.');
  }
  return fields;
}

/** @param {Buffer} bytes */
export function parseJson(bytes) {
  try {
    // `fatal`: bytes that are not UTF-8 are refused instead of being stored as question marks.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * A field that must be a text.
 *
 * @param {Record<string, unknown>} fields
 * @param {string} name
 */
export function textField(fields, name) {
  const value = fields[name];
  if (typeof value !== 'string') throw new Refusal(400, `Field "${name}" must be a string.`);
  return value;
}

/**
 * The path and the query of a request. By hand, because `new URL` throws on paths such as `//`.
 *
 * @param {IncomingMessage} request
 */
export function target({ url = '/' }) {
  const mark = url.indexOf('?');
  return mark === -1
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark)) };
}

/**
 * A query parameter that must be a whole number.
 *
 * @param {URLSearchParams} query
 * @param {string} name
 * @param {{ fallback: number, maximum: number }} rule
 */
export function wholeNumber(query, name, { fallback, maximum }) {
  const [given, ...more] = query.getAll(name);
  if (given === undefined) return fallback;
  const value = /^\d{1,15}$/.test(given) && more.length === 0 ? Number(given) : 0;
  if (value < 1 || value > maximum) {
    throw new Refusal(
      400,
      `Query parameter "${name}" must be a whole number from 1 to ${maximum}.`,
    );
  }
  return value;
}
