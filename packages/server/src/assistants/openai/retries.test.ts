import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiAssistantOptions } from './options.js';
import { collectReply, createWaitingClock, type WaitingClock } from './testing/collect-reply.js';
import {
  type Endpoint,
  type EndpointResponse,
  neverResponds,
  responds,
  respondsWithError,
  startEndpoint,
  streams,
} from './testing/endpoint.js';
import { completionStream } from './testing/recordings.js';

const inactivityMs = 30_000;
const key = 'sk-hunter2hunter2';
const yes = streams(completionStream('Yes'));

let endpoint: Endpoint;
let options: OpenAiAssistantOptions;
let clock: WaitingClock;

beforeEach(async () => {
  endpoint = await startEndpoint();
  clock = createWaitingClock();
  options = {
    baseUrl: endpoint.baseUrl,
    model: 'some-model',
    apiKey: key,
    timeoutMs: inactivityMs,
  };
});

afterEach(() => endpoint.close());

/** The delays before a retry; the other timers are inactivity timeouts. */
const retryDelays = () => clock.waits.filter((ms) => ms !== inactivityMs);

/** Advances the clock over the retry delay with this number, as soon as it has started. */
async function skipDelay(count: number): Promise<number> {
  await expect.poll(() => retryDelays()).toHaveLength(count);
  const ms = retryDelays()[count - 1]!;
  clock.manual.advance(ms);
  return ms;
}

describe('waits as long as the endpoint requests', () => {
  test.each<[Record<string, string>, number]>([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
    // Dates are relative to the clock of the endpoint, which may be wrong.
    ...[
      ['Thu, 01 Jan 2026 12:00:09 GMT', 9_000] as const,
      ['Thu, 01 Jan 2026 11:00:00 GMT', 0] as const,
    ].map(([date, ms]): [Record<string, string>, number] => [
      { date: 'Thu, 01 Jan 2026 12:00:00 GMT', 'retry-after': date },
      ms,
    ]),
  ])('%o', async (headers, ms) => {
    endpoint.respondWith(respondsWithError(429, 'Rate limit reached', headers), yes);
    const reply = collectReply(options, { clock });
    expect(await skipDelay(1)).toBe(ms);
    expect(await reply).toEqual(['Yes']);
    expect(endpoint.requests).toHaveLength(2);
    expect(clock.manual.pending).toBe(0);
  });

  test.each(['-5', 'soon', '1e3'])('and as usual for the invalid time %s', async (time) => {
    const headers = { 'retry-after': time };
    endpoint.respondWith(respondsWithError(429, 'Rate limit reached', headers), yes);
    const reply = collectReply(options, { clock });
    expect(await skipDelay(1)).toBeGreaterThanOrEqual(250);
    await reply;
  });

  test('but does not retry after a long delay', async () => {
    endpoint.respondWith(respondsWithError(429, 'Come back later', { 'retry-after': '3600' }));
    await expect(collectReply(options, { clock })).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('Come back'),
    });
    expect(endpoint.requests).toHaveLength(1);
  });
});

test.each([408, 429, 500, 502, 503, 504])('retries after %i, at most twice', async (status) => {
  endpoint.respondWith(respondsWithError(status, 'Overloaded'));
  const rejection = expect(collectReply(options, { clock })).rejects.toMatchObject({
    name: 'AssistantEndpointError',
    status,
    message: `The assistant's endpoint responded with ${status}: Overloaded`,
  });
  const [first, second] = [await skipDelay(1), await skipDelay(2)];
  await rejection;
  expect(endpoint.requests).toHaveLength(3);
  expect(first).toBeGreaterThanOrEqual(250);
  expect(first).toBeLessThanOrEqual(500);
  expect(second).toBeGreaterThanOrEqual(500);
  expect(second).toBeLessThanOrEqual(1_000);
});

test('retries when the connection is lost before the response', async () => {
  endpoint.respondWith((response) => response.destroy(), yes);
  const reply = collectReply(options, { clock });
  await skipDelay(1);
  expect(await reply).toEqual(['Yes']);
});

test('retries after an inactivity timeout', async () => {
  endpoint.respondWith(neverResponds, yes);
  const reply = collectReply(options, { clock });
  await expect.poll(() => endpoint.requests).toHaveLength(1);
  clock.manual.advance(inactivityMs);
  await skipDelay(1);
  expect(await reply).toEqual(['Yes']);
});

test('does not retry with maxRetries 0', async () => {
  endpoint.respondWith(respondsWithError(500, 'Overloaded'));
  await expect(collectReply({ ...options, maxRetries: 0 }, { clock })).rejects.toThrow(
    'Overloaded',
  );
  expect(endpoint.requests).toHaveLength(1);
});

test('an abort during a retry delay ends it without another request', async () => {
  const abort = new AbortController();
  endpoint.respondWith(respondsWithError(429, 'Slow down', { 'retry-after': '5' }));
  const rejection = expect(collectReply(options, { clock, signal: abort.signal })).rejects.toThrow(
    'disconnected',
  );
  await expect.poll(() => retryDelays()).toHaveLength(1);
  abort.abort(new Error('disconnected'));
  await rejection;
  expect(clock.manual.pending).toBe(0);
  expect(endpoint.requests).toHaveLength(1);
});

test('reports a refused connection', async () => {
  await endpoint.close();
  await expect(collectReply({ ...options, maxRetries: 0 }, { clock })).rejects.toThrow(
    "The assistant's endpoint cannot be reached (ECONNREFUSED).",
  );
});

describe('does not retry an error that would repeat, and reports', () => {
  test.each<[string, EndpointResponse, RegExp]>([
    [
      'a key',
      respondsWithError(401, `Incorrect API key provided: ${key}`),
      /responded with 401: it rejects the key/,
    ],
    [
      'a key without rights',
      respondsWithError(403, key),
      /responded with 403: it rejects the key\.$/,
    ],
    [
      'a model',
      respondsWithError(404, 'model "x" not found'),
      /responded with 404: model "x" not found$/,
    ],
    ['a URL', responds(404, 'Not Found'), /responded with 404: is this the URL of an API/],
    [
      'a moved API',
      responds(307, '', { location: '/v2' }),
      /responded with 307: the API is at another/,
    ],
    [
      'an account without quota',
      respondsWithError(429, 'No quota', {}, 'insufficient_quota'),
      /No quota$/,
    ],
    [
      'a prompt that is too long',
      respondsWithError(400, `Too\nlong. ${key}`),
      /responded with 400: Too long\. \[key\]$/,
    ],
    [
      "Ollama's format",
      responds(400, { error: 'bad request' }),
      /responded with 400: bad request$/,
    ],
    [
      'an unknown format',
      responds(418, { error: { odd: 1 } }),
      /responded with 418: without a reason\.$/,
    ],
    ['a web page', responds(400, '<html>'.repeat(10_000)), /responded with 400\.$/],
  ])('%s', async (_what, response, message) => {
    endpoint.respondWith(response);
    const error: Error = await collectReply(options, { clock }).catch((reason) => reason);
    expect(error).toBeInstanceOf(AssistantEndpointError);
    expect(error.message).toMatch(message);
    expect(endpoint.requests).toHaveLength(1);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('hunter2');
  });
});
