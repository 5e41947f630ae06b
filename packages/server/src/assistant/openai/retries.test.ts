import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenAiAssistantOptions } from './options.js';
import { createWaitingClock, failureOf, piecesOf, type WaitingClock } from './testing/asked.js';
import {
  answers,
  type Endpoint,
  type EndpointAnswer,
  hangs,
  openEndpoint,
  refuses,
  streams,
} from './testing/endpoint.js';
import { streamOf } from './testing/recordings.js';

const silenceMs = 30_000;
const key = 'sk-hunter2hunter2';
const yes = streams(streamOf('Yes'));

let endpoint: Endpoint;
let options: OpenAiAssistantOptions;
let clock: WaitingClock;

beforeEach(async () => {
  endpoint = await openEndpoint();
  clock = createWaitingClock();
  options = { baseUrl: endpoint.baseUrl, model: 'some-model', apiKey: key, timeoutMs: silenceMs };
});

afterEach(() => endpoint.close());

/** The waits before another try; the others are for silence. */
const pauses = () => clock.waits.filter((ms) => ms !== silenceMs);

/** Lets one pause pass as soon as it has begun. */
async function passPause(count: number): Promise<number> {
  await expect.poll(() => pauses()).toHaveLength(count);
  const ms = pauses()[count - 1]!;
  clock.manual.advance(ms);
  return ms;
}

describe('waits as long as the endpoint asks', () => {
  test.each<[Record<string, string>, number]>([
    [{ 'retry-after': '7' }, 7_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '7', 'retry-after-ms': '250' }, 250],
    [{ 'retry-after': 'Thu, 01 Jan 2026 12:00:09 GMT' }, 9_000],
    [{ 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, 0],
  ])('%o', async (headers, ms) => {
    endpoint.will(refuses(429, 'Rate limit reached', headers), yes);
    const pieces = piecesOf(options, { clock });
    expect(await passPause(1)).toBe(ms);
    expect(await pieces).toEqual(['Yes']);
    expect(endpoint.requests).toHaveLength(2);
    expect(clock.manual.pending).toBe(0);
  });

  test('but leaves a long wait to whoever asks again', async () => {
    endpoint.will(refuses(429, 'Come back later', { 'retry-after': '3600' }));
    const error = await failureOf(options, { clock });
    expect(error).toMatchObject({ status: 429, message: expect.stringContaining('Come back') });
    expect(endpoint.requests).toHaveLength(1);
  });
});

test.each([408, 429, 500, 502, 503, 504])(
  'asks again after %i, and not for ever',
  async (status) => {
    endpoint.will(refuses(status, 'Overloaded'));
    const failed = failureOf(options, { clock });
    const [first, second] = [await passPause(1), await passPause(2)];
    expect(await failed).toMatchObject({
      name: 'AssistantEndpointError',
      status,
      message: `The assistant's endpoint answered ${status}: Overloaded`,
    });
    expect(endpoint.requests).toHaveLength(3);
    expect(first).toBeGreaterThanOrEqual(250);
    expect(first).toBeLessThanOrEqual(500);
    expect(second).toBeGreaterThanOrEqual(500);
    expect(second).toBeLessThanOrEqual(1_000);
  },
);

test('asks again when the line is cut before the answer', async () => {
  endpoint.will((response) => response.destroy(), yes);
  const pieces = piecesOf(options, { clock });
  await passPause(1);
  expect(await pieces).toEqual(['Yes']);
});

test('asks again after silence', async () => {
  endpoint.will(hangs, yes);
  const pieces = piecesOf(options, { clock });
  await expect.poll(() => endpoint.requests).toHaveLength(1);
  clock.manual.advance(silenceMs);
  await passPause(1);
  expect(await pieces).toEqual(['Yes']);
});

test('with maxRetries 0 it asks once', async () => {
  endpoint.will(refuses(500, 'Overloaded'));
  await failureOf({ ...options, maxRetries: 0 }, { clock });
  expect(endpoint.requests).toHaveLength(1);
});

test('whoever goes away during a pause is not kept, and nothing more is asked', async () => {
  const abort = new AbortController();
  endpoint.will(refuses(429, 'Slow down', { 'retry-after': '5' }));
  const failed = failureOf(options, { clock, signal: abort.signal });
  await expect.poll(() => pauses()).toHaveLength(1);
  abort.abort(new Error('gone'));
  expect((await failed).message).toBe('gone');
  expect(clock.manual.pending).toBe(0);
  expect(endpoint.requests).toHaveLength(1);
});

test('nothing listens at the address', async () => {
  await endpoint.close();
  const { message } = await failureOf({ ...options, maxRetries: 0 }, { clock });
  expect(message).toBe("The assistant's endpoint cannot be reached (ECONNREFUSED).");
});

describe('says at once what will not change', () => {
  test.each<[string, EndpointAnswer, RegExp]>([
    [
      'a key',
      refuses(401, `Incorrect API key provided: ${key}`),
      /answered 401: it does not accept/,
    ],
    ['a key without rights', refuses(403, key), /answered 403: it does not accept the key\.$/],
    ['a model', refuses(404, 'model "x" not found'), /answered 404: model "x" not found$/],
    ['an address', answers(404, 'Not Found'), /answered 404: is this the address of an API/],
    [
      'a moved address',
      answers(307, '', { location: '/v2' }),
      /answered 307: the API is at another/,
    ],
    ['an account without money', refuses(429, 'No quota', {}, 'insufficient_quota'), /No quota$/],
    ['a question too long', refuses(400, `Too\nlong. ${key}`), /answered 400: Too long\. \[key\]$/],
    ["Ollama's own form", answers(400, { error: 'bad request' }), /answered 400: bad request$/],
    ['no reason', answers(418, { error: { odd: 1 } }), /answered 418: it does not say why\.$/],
    ['a page', answers(400, '<html>'.repeat(10_000)), /answered 400\.$/],
  ])('%s', async (_what, answer, message) => {
    endpoint.will(answer);
    const error = await failureOf(options, { clock });
    expect(error.message).toMatch(message);
    expect(endpoint.requests).toHaveLength(1);
    expect(JSON.stringify(error) + String(error.stack)).not.toContain('hunter2');
  });
});
