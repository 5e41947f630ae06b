import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../chat/manual-clock.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiAssistantOptions } from './options.js';
import { failureOf, piecesOf } from './testing/asked.js';
import {
  answers,
  breaksAfter,
  type Endpoint,
  openEndpoint,
  stallsAfter,
  streams,
} from './testing/endpoint.js';
import { recordings, startOf, streamOf, wholeAnswer } from './testing/recordings.js';

let endpoint: Endpoint;
let options: OpenAiAssistantOptions;

beforeEach(async () => {
  endpoint = await openEndpoint();
  options = { baseUrl: endpoint.baseUrl, model: 'some-model' };
});

afterEach(() => endpoint.close());

describe.each(recordings)('a stream of $server', ({ stream, text }) => {
  test.each([1, 7, 64, 100_000])('is read to the letter in writes of %i bytes', async (size) => {
    endpoint.will(streams(stream, size));
    expect((await piecesOf(options)).join('')).toBe(text);
  });
});

test('the reply comes piece by piece', async () => {
  endpoint.will(streams(streamOf('One', ' two', ' three')));
  expect(await piecesOf(options)).toEqual(['One', ' two', ' three']);
});

test('what is asked has the model, the key, the headers and the parameters, and none of ours is replaced', async () => {
  endpoint.will(streams(streamOf('Yes')));
  await piecesOf({
    ...options,
    apiKey: 'sk-hunter2',
    systemPrompt: 'Be kind.',
    headers: { 'X-Title': 'chat' },
    parameters: { temperature: 0.2, stream: false, model: 'another' },
  });
  const [request] = endpoint.requests;
  expect(request?.path).toBe('/v1/chat/completions');
  expect(request?.headers).toMatchObject({ authorization: 'Bearer sk-hunter2', 'x-title': 'chat' });
  expect(request?.body).toEqual({
    model: 'some-model',
    stream: true,
    temperature: 0.2,
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hello?' },
    ],
  });
});

test('without a key nothing is said of one, and a query of the address stays', async () => {
  endpoint.will(streams(streamOf('Yes')));
  await piecesOf({ ...options, baseUrl: `${endpoint.baseUrl}/?api-version=7` });
  expect(endpoint.requests[0]?.headers.authorization).toBeUndefined();
  expect(endpoint.requests[0]?.path).toBe('/v1/chat/completions?api-version=7');
});

test('a server that does not stream is understood all the same', async () => {
  endpoint.will(answers(200, wholeAnswer('All at once.')));
  expect(await piecesOf(options)).toEqual(['All at once.']);
});

describe('what is no whole answer is an error that says why', () => {
  test.each([
    ['a line cut in the middle', breaksAfter(startOf('Half a')), /broke off/],
    ['a stream that ends in the middle', streams(startOf('Half a')), /ended its answer in the mid/],
    ['a stream without anything', streams(''), /ended its answer in the middle/],
    ['a chunk that is no JSON', streams('data: {"choices": [{\n\n'), /something else than a chat/],
    ['a chunk of another shape', streams('data: {"choices": 7}\n\n'), /something else than a chat/],
    [
      'a failure in the stream',
      streams(`${startOf('Half')}data: {"error":{"message":"CUDA out of memory","code":500}}\n\n`),
      /failed: CUDA out of memory/,
    ],
    ['an empty stream', streams(streamOf('', ' \n')), /empty answer \(finish_reason "stop"\)/],
    [
      'an empty answer in one',
      answers(200, wholeAnswer(null, 'content_filter')),
      /empty answer \(finish_reason "content_filter"\)/,
    ],
    ['an answer in one that is no JSON', answers(200, '{"choices": ['), /something else than a/],
    [
      'a page for people',
      answers(200, '<html></html>', { 'content-type': 'text/html' }),
      /page for people/,
    ],
  ])('%s', async (_what, answer, reason) => {
    endpoint.will(answer);
    const error = await failureOf(options);
    expect(error).toBeInstanceOf(AssistantEndpointError);
    expect(error.message).toMatch(reason);
    expect(endpoint.requests).toHaveLength(1);
  });

  test('a line cut after the last word is none of these', async () => {
    endpoint.will(breaksAfter(streamOf('All of it').replace('data: [DONE]\n\n', '')));
    expect(await piecesOf(options)).toEqual(['All of it']);
  });
});

describe('what never ends is ended', () => {
  test('a huge reply is cut, not through a character, and the line is let go', async () => {
    endpoint.will(stallsAfter(startOf('12345678', '9👋', 'never seen')));
    const pieces = await piecesOf({ ...options, maxReplyLength: 10 });
    expect(pieces.join('')).toBe('123456789');
    await expect.poll(() => endpoint.abandoned).toBe(1);
  });

  test('a huge answer in one is cut too, and one beyond measure is not kept', async () => {
    endpoint.will(
      answers(200, wholeAnswer('x'.repeat(2_000))),
      answers(200, wholeAnswer('x'.repeat(200_000))),
    );
    expect((await piecesOf({ ...options, maxReplyLength: 1_000 })).join('')).toHaveLength(1_000);
    const { message } = await failureOf({ ...options, maxReplyLength: 1_000 });
    expect(message).toMatch(/an answer of more than 71536 characters/);
  });

  test('a part without an end is not kept', async () => {
    endpoint.will(stallsAfter(`data: ${'x'.repeat(2_000_000)}`));
    expect((await failureOf(options)).message).toMatch(/a part of more than 1048576 bytes/);
    await expect.poll(() => endpoint.abandoned).toBe(1);
  });

  test('slow tokens are waited for, silence is not', async () => {
    const clock = createManualClock();
    endpoint.will((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(startOf('One'));
      tell = (text) => response.write(text);
    });
    let tell: (text: string) => void = () => {};
    const heard: string[] = [];
    const failed = (async () => {
      const { createAssistant } = await import('./create-assistant.js');
      const pieces = createAssistant({ ...options, timeoutMs: 1_000 }, clock).reply({
        messages: [{ role: 'user', content: 'Hello?' }],
        userId: 'u1',
        signal: new AbortController().signal,
      });
      for await (const piece of pieces as AsyncIterable<string>) heard.push(piece);
    })().catch((error: Error) => error);
    for (let count = 1; count <= 5; count += 1) {
      await expect.poll(() => heard).toHaveLength(count);
      clock.advance(900);
      tell(`data: {"choices":[{"index":0,"delta":{"content":"${count}"}}]}\n\n`);
    }
    await expect.poll(() => heard).toHaveLength(6);
    clock.advance(1_000);
    expect(await failed).toMatchObject({
      message: "The assistant's endpoint was silent for 1000 ms.",
    });
    expect(clock.pending).toBe(0);
    await expect.poll(() => endpoint.abandoned).toBe(1);
  });
});

describe('whoever goes away', () => {
  test('ends the stream with the reason that was given, and the line is let go', async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    endpoint.will(stallsAfter(startOf('Half')));
    const failed = failureOf(options, { clock, signal: abort.signal });
    await expect.poll(() => endpoint.requests).toHaveLength(1);
    abort.abort(new Error('gone'));
    expect((await failed).message).toBe('gone');
    expect(clock.pending).toBe(0);
    await expect.poll(() => endpoint.abandoned).toBe(1);
  });

  test('before the question is sent asks nothing', async () => {
    const signal = AbortSignal.abort(new Error('gone'));
    expect((await failureOf(options, { signal })).message).toBe('gone');
    expect(endpoint.requests).toHaveLength(0);
  });
});
