import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../domain/runtime/manual-clock.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiAssistantOptions } from './options.js';
import { collectReply, createWaitingClock } from './testing/collect-reply.js';
import {
  breaksAfter,
  type Endpoint,
  responds,
  stallsAfter,
  startEndpoint,
  streams,
} from './testing/endpoint.js';
import {
  completionStart,
  completionStream,
  recordings,
  wholeCompletion,
} from './testing/recordings.js';

let endpoint: Endpoint;
let options: OpenAiAssistantOptions;

beforeEach(async () => {
  endpoint = await startEndpoint();
  options = { baseUrl: endpoint.baseUrl, model: 'some-model' };
});

afterEach(() => endpoint.close());

describe.each(recordings)('a stream of $server', ({ stream, text }) => {
  test.each([1, 7, 64, 100_000])('is read without loss in writes of %i bytes', async (size) => {
    endpoint.respondWith(streams(stream, size));
    expect((await collectReply(options)).join('')).toBe(text);
  });
});

test('streams the reply in chunks', async () => {
  endpoint.respondWith(streams(completionStream('One', ' two', ' three')));
  expect(await collectReply(options)).toEqual(['One', ' two', ' three']);
});

test('sends the model, the key, headers and parameters; parameters do not replace other members', async () => {
  endpoint.respondWith(streams(completionStream('Yes')));
  await collectReply({
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

test('sends no Authorization without a key, and keeps the query of the base URL', async () => {
  endpoint.respondWith(streams(completionStream('Yes')));
  await collectReply({ ...options, baseUrl: `${endpoint.baseUrl}/?api-version=7` });
  expect(endpoint.requests[0]?.headers.authorization).toBeUndefined();
  expect(endpoint.requests[0]?.path).toBe('/v1/chat/completions?api-version=7');
});

test('reads the response of a server that does not stream', async () => {
  endpoint.respondWith(responds(200, wholeCompletion('All at once.')));
  expect(await collectReply(options)).toEqual(['All at once.']);
});

describe('rejects an incomplete or invalid response, with the reason', () => {
  test.each([
    ['a lost connection', breaksAfter(completionStart('Half a')), /was lost/],
    [
      'a stream that ends in the middle',
      streams(completionStart('Half a')),
      /ended its response in the/,
    ],
    ['a stream without anything', streams(''), /ended its response in the middle/],
    ['a chunk of invalid JSON', streams('data: {"choices": [{\n\n'), /something other than a chat/],
    [
      'a chunk of another format',
      streams('data: {"choices": 7}\n\n'),
      /ended its response in the middle/,
    ],
    [
      'a failure in the stream',
      streams(
        `${completionStart('Half')}data: {"error":{"message":"CUDA out of memory","code":500}}\n\n`,
      ),
      /failed: CUDA out of memory/,
    ],
    [
      'an empty stream',
      streams(completionStream('', ' \n')),
      /empty reply \(finish_reason "stop"\)/,
    ],
    [
      'an empty response without streaming',
      responds(200, wholeCompletion(null, 'content_filter')),
      /empty reply \(finish_reason "content_filter"\)/,
    ],
    ['a response of invalid JSON', responds(200, '{"choices": ['), /something other than a/],
    ['a web page', responds(200, '<html></html>', { 'content-type': 'text/html' }), /web page/],
  ])('%s', async (_what, response, reason) => {
    endpoint.respondWith(response);
    const reply = collectReply(options);
    await expect(reply).rejects.toBeInstanceOf(AssistantEndpointError);
    await expect(reply).rejects.toThrow(reason);
    expect(endpoint.requests).toHaveLength(1);
  });

  test('accepts a connection that is lost after the last chunk', async () => {
    endpoint.respondWith(
      breaksAfter(completionStream('All of it').replace('data: [DONE]\n\n', '')),
    );
    expect(await collectReply(options)).toEqual(['All of it']);
  });
});

describe('limits', () => {
  test('truncates a long reply between characters, and closes the connection', async () => {
    endpoint.respondWith(stallsAfter(completionStart('12345678', '9👋', 'never read')));
    const chunks = await collectReply({ ...options, maxReplyLength: 10 });
    expect(chunks.join('')).toBe('123456789');
    await expect.poll(() => endpoint.abortedResponses).toBe(1);
  });

  test('truncates a long response without streaming, and rejects one that is too large', async () => {
    endpoint.respondWith(
      responds(200, wholeCompletion('x'.repeat(2_000))),
      responds(200, wholeCompletion('x'.repeat(200_000))),
    );
    expect((await collectReply({ ...options, maxReplyLength: 1_000 })).join('')).toHaveLength(
      1_000,
    );
    await expect(collectReply({ ...options, maxReplyLength: 1_000 })).rejects.toThrow(
      /a response of more than 71536 characters/,
    );
  });

  test('rejects an event without an end', async () => {
    endpoint.respondWith(stallsAfter(`data: ${'x'.repeat(2_000_000)}`));
    await expect(collectReply(options)).rejects.toThrow(/an event of more than 1048576 characters/);
    await expect.poll(() => endpoint.abortedResponses).toBe(1);
  });

  test('waits for slow tokens, but not longer than the inactivity timeout', async () => {
    const clock = createManualClock();
    endpoint.respondWith((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(completionStart('One'));
      write = (text) => response.write(text);
    });
    let write: (text: string) => void = () => {};
    const received: string[] = [];
    const failed = (async () => {
      const { createAssistant } = await import('./openai-assistant.js');
      const reply = createAssistant({ ...options, timeoutMs: 1_000 }, clock).reply({
        messages: [{ role: 'user', content: 'Hello?' }],
        userId: 'u1',
        signal: new AbortController().signal,
      });
      for await (const chunk of reply as AsyncIterable<string>) received.push(chunk);
    })().catch((error: Error) => error);
    for (let count = 1; count <= 5; count += 1) {
      await expect.poll(() => received).toHaveLength(count);
      clock.advance(900);
      write(`data: {"choices":[{"index":0,"delta":{"content":"${count}"}}]}\n\n`);
    }
    await expect.poll(() => received).toHaveLength(6);
    clock.advance(1_000);
    expect(await failed).toMatchObject({
      message: "The assistant's endpoint sent nothing for 1000 ms.",
    });
    expect(clock.pending).toBe(0);
    await expect.poll(() => endpoint.abortedResponses).toBe(1);
  });
});

describe('the end of a reply', () => {
  test.each(['finish_reason', '[DONE]'])(
    'waits at most a second for the connection to close after %s',
    async (end) => {
      const clock = createWaitingClock();
      const stream = completionStream('All of it');
      endpoint.respondWith(
        stallsAfter(end === '[DONE]' ? stream : stream.replace('data: [DONE]\n\n', '')),
      );
      const reply = collectReply(options, { clock });
      await expect.poll(() => clock.waits).toContain(1_000);
      clock.manual.advance(1_000);
      expect(await reply).toEqual(['All of it']);
      expect(clock.manual.pending).toBe(0);
    },
  );
});

test('has no separate timeout for the first byte', async () => {
  const clock = createWaitingClock();
  let respond = (): void => {};
  endpoint.respondWith((response) => {
    respond = () => streams(completionStream('Loaded'))(response);
  });
  const reply = collectReply(options, { clock });
  await expect.poll(() => endpoint.requests).toHaveLength(1);
  clock.manual.advance(179_000);
  respond();
  expect(await reply).toEqual(['Loaded']);
  expect(endpoint.requests).toHaveLength(1);
});

describe('an abort', () => {
  test('ends the stream with its reason and closes the connection', async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    endpoint.respondWith(stallsAfter(completionStart('Half')));
    const rejection = expect(
      collectReply(options, { clock, signal: abort.signal }),
    ).rejects.toThrow('disconnected');
    await expect.poll(() => endpoint.requests).toHaveLength(1);
    abort.abort(new Error('disconnected'));
    await rejection;
    expect(clock.pending).toBe(0);
    await expect.poll(() => endpoint.abortedResponses).toBe(1);
  });

  test('before the request sends nothing', async () => {
    const signal = AbortSignal.abort(new Error('disconnected'));
    await expect(collectReply(options, { signal })).rejects.toThrow('disconnected');
    expect(endpoint.requests).toHaveLength(0);
  });
});
