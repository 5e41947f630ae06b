import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiAssistantOptions } from './options.js';
import { readReply } from './testing/collect-reply.js';
import { breaksAfter, type Endpoint, startEndpoint, streams } from './testing/endpoint.js';

// Streams as servers and gateways send them, each over real HTTP, as a whole and split after every few bytes.

let endpoint: Endpoint;
const options = (more: Partial<OpenAiAssistantOptions> = {}) => ({
  baseUrl: endpoint.baseUrl,
  model: 'some-model',
  maxRetries: 0,
  ...more,
});

beforeAll(async () => {
  endpoint = await startEndpoint();
});

afterAll(() => endpoint.close());

const event = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (choice: object): string => event({ choices: [{ index: 0, ...choice }] });
const text = (content: unknown, finish: unknown = null): string =>
  chunk({ delta: { content }, finish_reason: finish });
const delta = (fields: object): string => chunk({ delta: fields, finish_reason: null });
const finish = (reason: unknown): string => chunk({ delta: {}, finish_reason: reason });
const done = 'data: [DONE]\n\n';
const hi = text('Hi') + text(' Ada');
const stop = finish('stop');

describe('a complete reply', () => {
  test.each<[string, string, string?]>([
    ['with a finish reason and [DONE]', hi + stop + done],
    ['with a finish reason only', hi + stop],
    ['with [DONE] only', hi + done],
    ['with the finish reason in the last delta', text('Hi') + text(' Ada', 'stop') + done],
    ['with an empty finish reason in each chunk', text('Hi', '') + text(' Ada', '') + done],
    ['with a blank finish reason at the end', hi + finish(' ') + done],
    ['without the member finish_reason', delta({ content: 'Hi Ada' }) + done],
    ...[
      'eos_token',
      'eos',
      'STOP',
      ' stop ',
      'end_turn',
      'stop_sequence',
      'stopSequence',
      'stop_token',
      'tool_calls',
      'tool-calls',
      'tool_use',
      'function_call',
      'complete',
      'Completed',
      'done',
      'end',
      'finished',
      'FINISH_REASON_STOP',
      'FinishReason.STOP',
    ].map((reason): [string, string] => [
      `with the finish reason "${reason}"`,
      hi + finish(reason) + done,
    ]),
    [
      'with tool calls after its text',
      hi + delta({ tool_calls: [{ index: 0 }] }) + finish('tool_calls'),
    ],
    [
      'with choices null in the usage chunk',
      hi + stop + event({ choices: null, usage: {} }) + done,
    ],
    ['with empty choices in the usage chunk', hi + stop + event({ choices: [], usage: {} }) + done],
    [
      'without choices in the usage chunk',
      hi + stop + event({ usage: { total_tokens: 3 } }) + done,
    ],
    [
      'after a chunk with results of a content filter',
      event({ choices: [], prompt_filter_results: [] }) + hi + stop,
    ],
    [
      'with a choice without a delta',
      hi + chunk({ content_filter_offsets: {}, finish_reason: null }) + stop,
    ],
    ['with delta null in the last chunk', hi + chunk({ delta: null, finish_reason: 'stop' })],
    ['with a choice that is null', hi + event({ choices: [null] }) + stop],
    ['after a chunk with a role only', delta({ role: 'assistant' }) + hi + stop],
    ['after null content', text(null) + hi + text(null) + stop],
    ['with the role in each chunk', delta({ role: 'assistant', content: 'Hi Ada' }) + stop],
    [
      'with unknown members',
      event({ x: 1, choices: [{ index: 0, y: {}, delta: { content: 'Hi Ada', z: [] } }] }) + stop,
    ],
    [
      'without the index of the choice',
      event({ choices: [{ delta: { content: 'Hi Ada' }, finish_reason: 'stop' }] }),
    ],
    [
      'with a second choice, which is ignored',
      hi + chunk({ index: 1, delta: { content: 'No' }, finish_reason: 'error' }) + stop,
    ],
    [
      'with comments as keep-alive',
      `: OPENROUTER PROCESSING\n\n${text('Hi')}: ping\n\n${text(' Ada')}${stop}:\n\n${done}`,
    ],
    [
      'with empty data lines as keep-alive',
      `data:\n\n${text('Hi')}data: \n\ndata\n\n${text(' Ada')}${stop}`,
    ],
    ['with empty lines as keep-alive', `\n\n\n${hi}\n\n\n${stop}`],
    ['with a ping event', `event: ping\ndata: {"type":"ping"}\n\n${hi}${stop}`],
    ['with null as keep-alive', `data: null\n\n${hi}${stop}`],
    ['with the fields event, id and retry', `retry: 3000\n\nid: 7\nevent: message\n${hi}${stop}`],
    ['with CRLF', (hi + stop + done).replaceAll('\n', '\r\n')],
    ['with CR', (hi + stop + done).replaceAll('\n', '\r')],
    ['with a byte order mark', `\ufeff${hi}${stop}${done}`],
    ['without a space after the colon', (hi + stop + done).replaceAll('data: ', 'data:')],
    ['without an empty line between the events', (hi + stop + done).replaceAll('\n\n', '\n')],
    ['without a line ending at the end', hi + stop.trimEnd()],
    ['without a line ending after [DONE]', hi + done.trimEnd()],
    ['with spaces after [DONE]', `${hi}data: [DONE]  \n\n`],
    [
      'with data on several lines',
      `data: {"choices":\ndata: [{"delta":\ndata: {"content":"Hi Ada"}}]}\n\n${stop}`,
    ],
    [
      'with error null in each chunk',
      event({ error: null, choices: [{ delta: { content: 'Hi Ada' } }] }) + stop,
    ],
    [
      'with error 0 in each chunk',
      event({ error: 0, choices: [{ delta: { content: 'Hi Ada' } }] }) + stop,
    ],
    [
      'with an empty error in each chunk',
      event({
        error: { message: '', type: '', code: null },
        choices: [{ delta: { content: 'Hi Ada' } }],
      }) + stop,
    ],
    ['with a finish reason in each chunk', text('Hi', 'stop') + text(' Ada', 'stop')],
    [
      'with a result of MiniMax in each chunk',
      event({ base_resp: { status_code: 0 }, choices: [{ delta: { content: 'Hi Ada' } }] }) + stop,
    ],
    ['with choices that are no list after its end', `${hi}${stop}${event({ choices: {} })}${done}`],
    [
      'with the finish reason "null" in each chunk',
      text('Hi', 'null') + text(' Ada', 'NONE') + done,
    ],
    [
      'with null before its choice',
      event({ choices: [null, { delta: { content: 'Hi Ada' } }] }) + stop,
    ],
    ['with the index as a text', chunk({ index: '0', delta: { content: 'Hi Ada' } }) + stop],
    [
      'with messages that are parts of it',
      chunk({ message: { content: 'Hi' } }) + chunk({ message: { content: ' Ada' } }) + stop,
    ],
    [
      'with messages that are its text so far',
      chunk({ message: { content: 'Hi' } }) + chunk({ message: { content: 'Hi Ada' } }) + stop,
    ],
    [
      'with an empty delta next to the message',
      chunk({ delta: {}, message: { content: 'Hi Ada' }, finish_reason: 'stop' }),
    ],
    ['of the older completions API', chunk({ text: 'Hi' }) + chunk({ text: ' Ada' }) + stop],
    ['with texts as parts', text(['Hi', { type: 'output_text', text: ' Ada' }]) + stop],
    ['with progress', event({ status: 'queued', message: 'Position 3.' }) + hi + done],
    ['with progress before its finish reason', hi + event({ message: 'Almost done.' }) + stop],
    [
      'as a list of chunks',
      JSON.stringify([
        { choices: [{ delta: { content: 'Hi' } }] },
        { choices: [{ delta: { content: ' Ada' }, finish_reason: 'stop' }] },
      ]),
    ],
    [
      'as a list with null',
      JSON.stringify([
        null,
        { choices: [{ delta: { content: 'Hi Ada' }, finish_reason: 'stop' }] },
      ]),
    ],
    ['with text after [DONE], which is ignored', hi + done + text(' and more')],
    ['with text after the finish reason', text('Hi', 'stop') + text(' Ada') + stop],
    ['with invalid data after its end', `${hi}${stop}data: {"usage": oops\n\n`],
    [
      'with the whole message in one event',
      chunk({ message: { content: 'Hi Ada' }, finish_reason: 'stop' }),
    ],
    [
      'with the whole message again at the end',
      hi + chunk({ message: { content: 'Hi Ada' }, finish_reason: 'stop' }),
    ],
    [
      'as JSON with the type of a stream',
      JSON.stringify({ choices: [{ message: { content: 'Hi Ada' }, finish_reason: 'stop' }] }),
    ],
    [
      'with parts of text',
      text([
        { type: 'text', text: 'Hi' },
        { type: 'text', text: ' Ada' },
      ]) + stop,
    ],
    [
      'as a refusal',
      delta({ content: null, refusal: 'I cannot do that.' }) + stop,
      'I cannot do that.',
    ],
    ['with characters of four bytes', text('سلام 👋🏽') + stop, 'سلام 👋🏽'],
    ['with NUL and line separators', text('a\u2028b\u0085c') + stop, 'a\u2028b\u0085c'],
    [
      'with think tags',
      text('<think>') + text('Hm.') + text('</think>') + text('\n\nHi Ada') + stop,
    ],
    ['with a think tag in one delta', `${text('\n<think>\nHm. <b></think>\n\nHi Ada')}${stop}`],
    [
      'with split think tags',
      [...'<think>x</think>'].map((letter) => text(letter)).join('') + hi + stop,
    ],
    ...[
      ['[THINK]', '[/THINK]'],
      ['<thought>', '</thought>'],
      ['<seed:think>', '</seed:think>'],
      ['◁think▷', '◁/think▷'],
    ].map(([open, close]): [string, string] => [
      `with the tags ${open} and ${close}`,
      `${text(`${open}Hm. </think> </`) + text(`b>${close}\n\n`) + hi + stop}`,
    ]),
    ['that explains a tag', text('</thought> ends it') + stop, '</thought> ends it'],
    ['that starts with a bracket', text('[THI') + text('S] Hi') + stop, '[THIS] Hi'],
    ['with empty think tags', text('<think>\n\n</think>\n\n') + hi + stop],
    ['that starts like a think tag', text('<th') + text('ree> Hi') + stop, '<three> Hi'],
    ['that is the start of a think tag', text('<think') + stop, '<think'],
    ['with a think tag after its start', text('Hi <think>') + stop, 'Hi <think>'],
    [
      'with think tags twice',
      text('<think>\n\n</think>\n\n<th') + text('ink>Hm.</think>\n\n') + hi + stop,
    ],
    [
      'with an end tag that its server left in the text',
      delta({ reasoning_content: 'Hm.' }) + text('\n</thi') + text('nk>\n\n') + hi + stop,
    ],
    [
      'with the field reasoning_content',
      delta({ reasoning_content: 'Hm.', content: null }) + hi + stop,
    ],
    ['with the field reasoning', delta({ reasoning: 'Hm.', content: '' }) + hi + stop],
    [
      'with parts of reasoning',
      text([{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }]) + hi + stop,
    ],
  ])('%s', async (_what, stream, expected = 'Hi Ada') => {
    for (const size of [1, 13, 100_000]) {
      endpoint.respondWith(streams(stream, size));
      expect(await readReply(options())).toEqual({ text: expected, end: undefined });
    }
  });
});

describe('a complete reply with a keep-alive in the middle', () => {
  const choices = (value: unknown): string => event({ choices: value, usage: {} });
  test.each<[string, string]>([
    ['an event "ping" with a word', 'event: ping\ndata: ping\n\n'],
    ['an event "heartbeat" with a number', 'event: heartbeat\ndata: 1712345678\n\n'],
    ['an event "keepalive" with a JSON text', 'event: keepalive\ndata: "ok"\n\n'],
    ['an event "heartbeat" with a sentence', 'event: heartbeat\ndata: still at work\n\n'],
    ['an event whose name follows its data', 'data: still at work\nevent: heartbeat\n\n'],
    ['an event "ping" with a list', 'event: ping\ndata: []\n\n'],
    ['a word', 'data: ping\n\n'],
    ['a word with a hyphen', 'data: keep-alive\n\n'],
    ['a time', 'data: 2026-12-01T16:27:33Z\n\n'],
    ['an empty JSON text', 'data: ""\n\n'],
    ['a JSON text', 'data: "still at work"\n\n'],
    ['true', 'data: true\n\n'],
    ['false', 'data: false\n\n'],
    ['null', 'data: null\n\n'],
    ['a number', 'data: 1\n\n'],
    ['two lines', 'data: ping\ndata: ping\n\n'],
    ['a word without an empty line after it', 'data: ping\n'],
    ['an event without an empty line after it', 'event: ping\ndata: still at work\n'],
    ['choices that are an object', choices({})],
    ['choices that are an empty text', choices('')],
    ['choices that are false', choices(false)],
    ['choices that are a number', choices(7)],
  ])('%s', async (_what, keepAlive) => {
    const stream = keepAlive + text('Hi') + keepAlive + text(' Ada') + keepAlive + stop + done;
    for (const body of [stream, stream.replaceAll('\n', '\r\n')]) {
      for (const size of [1, 13, 100_000]) {
        endpoint.respondWith(streams(body, size));
        expect(await readReply(options())).toEqual({ text: 'Hi Ada', end: undefined });
      }
    }
  });
});

describe('an incomplete or failed reply', () => {
  test.each<[string, string, RegExp]>([
    ['ends without a finish reason and [DONE]', hi, /in the middle/],
    ['ends with empty finish reasons', text('Hi', '') + text(' Ada', ''), /in the middle/],
    ['ends inside an event', `${hi}data: {"choices":[{"delta":{"con`, /other than a chat/],
    ['ends with a comment', `${hi}: still here\n\n`, /in the middle/],
    ['ends with usage only', hi + event({ choices: [], usage: {} }), /in the middle/],
    ['ends with finish_reason "error"', hi + finish('error') + done, /finish_reason "error"/],
    ['ends with finish_reason "abort"', hi + finish('abort') + done, /finish_reason "abort"/],
    ['has a finish reason, text and no end', text('Hi', 'stop') + text(' Ada'), /in the middle/],
    ['has an error object', hi + event({ error: { message: 'GPU lost', code: 500 } }), /GPU lost/],
    ['has an error text', hi + event({ error: 'GPU lost' }) + done, /GPU lost/],
    [
      'has an error next to its choices',
      event({
        error: { message: 'Provider disconnected' },
        choices: [{ delta: { content: '' }, finish_reason: 'error' }],
      }),
      /Provider disconnected/,
    ],
    [
      'has an error event',
      `${hi}event: error\ndata: {"error":{"message":"GPU lost"}}\n\n`,
      /GPU lost/,
    ],
    [
      "has an error in vLLM's format",
      hi + event({ object: 'error', message: 'GPU lost', code: 400 }),
      /GPU lost/,
    ],
    [
      "has an error in FastChat's format",
      hi + event({ text: 'GPU lost', error_code: 50_004 }) + done,
      /GPU lost/,
    ],
    [
      'has the reason in error.error',
      hi + event({ error: { error: { message: 'GPU lost' } } }),
      /GPU lost/,
    ],
    ['has the type error', hi + event({ type: 'error', message: 'GPU lost' }) + done, /GPU lost/],
    [
      'has an error in its choice',
      chunk({ delta: {}, error: { message: 'GPU lost' } }) + done,
      /GPU lost/,
    ],
    [
      'has an error as JSON without a field',
      `${hi}{"error":{"message":"GPU lost"}}\n\n${done}`,
      /GPU lost/,
    ],
    [
      'has an error in a field',
      `${hi}error: {"code":500,"message":"GPU lost"}\n\n${done}`,
      /GPU lost/,
    ],
    ['has an error text in a field', `${hi}error: GPU lost\n\n${done}`, /GPU lost/],
    [
      'has an error event without "error"',
      `${hi}event: error\ndata: {"message":"GPU lost"}\n\n${done}`,
      /GPU lost/,
    ],
    ['has an error event with a text', `${hi}event: error\ndata: GPU lost\n\n${done}`, /GPU lost/],
    [
      "has an error in MiniMax's format",
      hi +
        event({ base_resp: { status_code: 1000, status_msg: 'GPU lost' }, choices: null }) +
        done,
      /GPU lost/,
    ],
    [
      "has an error in Groq's format",
      hi +
        chunk({ delta: {}, finish_reason: 'stop' }).replace('{', '{"x_groq":{"error":"GPU lost"},'),
      /GPU lost/,
    ],
    [
      "has an error in Baidu's format",
      hi + event({ error_code: 336_003, error_msg: 'GPU lost' }) + done,
      /GPU lost/,
    ],
    ['ends after a message', hi + event({ code: 500, message: 'GPU lost' }) + done, /GPU lost/],
    ['ends after a detail', hi + event({ detail: 'GPU lost' }) + done, /GPU lost/],
    ['ends after errors', hi + event({ errors: [{ message: 'GPU lost' }] }) + done, /GPU lost/],
    ...[
      'CANCELED',
      'failed',
      'timeout',
      'ERROR_TOXIC',
      'MALFORMED_FUNCTION_CALL',
      'overloaded',
      'model_overloaded',
      'unavailable',
      'disconnected',
      'network_lost',
      'connection_refused',
      'preempted',
      'rate_limit',
      'RateLimited',
      'quota',
      'quota_exceeded',
      'budget_exceeded',
      'killed',
      'out_of_memory',
    ].map((reason): [string, string, RegExp] => [
      `ends with finish_reason "${reason}"`,
      hi + finish(reason) + done,
      /could not complete its reply/,
    ]),
    ['is a list with an error', JSON.stringify([{ error: { message: 'GPU lost' } }]), /GPU lost/],
    ['has an error without a message', hi + event({ error: {} }), /without a reason/],
    ['is an error as JSON', JSON.stringify({ error: { message: 'GPU lost' } }), /GPU lost/],
    ['is JSON with a detail', JSON.stringify({ detail: 'GPU lost' }), /GPU lost/],
    ['is JSON with an error code', JSON.stringify({ code: 40_001, msg: 'GPU lost' }), /GPU lost/],
    ['is JSON without choices', '{"status":"ok"}', /other than a chat/],
    ['is half of a JSON text', '{"choices":[{"message":{"content":"Hi', /other than a chat/],
    ['has invalid JSON', `${hi}data: {oops}\n\n${stop}`, /other than a chat/],
    ['has half of a chunk', `${hi}data: {"choices":[{"del\n\n${stop}`, /other than a chat/],
    ['has the end of a chunk', `${hi}data: "}}]}\n\n${stop}`, /other than a chat/],
    ['has the middle of a chunk', `${hi}data: content": "Hi\n\n${stop}`, /other than a chat/],
    [
      'has half of a chunk in an event with another name',
      `${hi}event: delta\ndata: {"choices":[{"del\n\n${stop}`,
      /other than a chat/,
    ],
    ['has a message as text', `${hi}data: GPU lost\n\n${stop}`, /other than a chat/],
    [
      'has a text in an event "message"',
      `${hi}event: message\ndata: GPU lost\n\n${stop}`,
      /other than a chat/,
    ],
    ['has the word Error as data', `${hi}data: Error\n\n${stop}`, /other than a chat/],
    [
      'has a text in an event whose name contains "error"',
      `${hi}event: server_error\ndata: GPU lost\n\n${stop}`,
      /other than a chat/,
    ],
    ['has an error event with a word', `${hi}event: error\ndata: oom\n\n${stop}`, /failed: oom/],
    ['has an error event with a number', `${hi}event: error\ndata: 500\n\n${stop}`, /failed: 500/],
    [
      'has an error event whose name follows its data',
      `${hi}data: oom\nevent: error\n\n${stop}`,
      /failed: oom/,
    ],
    ['has choices that are no list', event({ choices: 7 }) + stop, /empty reply/],
    ['is a JSON text with choices that are no list', '{"choices":{}}', /other than a chat/],
    ['is a JSON text without an object', '[1,"two"]', /other than a chat/],
    ['is empty', '', /in the middle/],
    ['is a text', 'Not found', /in the middle/],
    ['is a web page with the type of a stream', '<!doctype html>', /web page/],
    ['has [DONE] only', done, /empty reply/],
    [
      'has tool calls only',
      delta({ tool_calls: [{ index: 0 }] }) + finish('tool_calls'),
      /empty reply \(finish_reason "tool_calls"\)/,
    ],
    [
      'has reasoning only',
      text('<think>Hm. I could') + finish('length'),
      /empty reply \(finish_reason "length"\)/,
    ],
    ['has reasoning in its field only', delta({ reasoning_content: 'Hm.' }) + stop, /empty reply/],
  ])('%s', async (_what, stream, reason) => {
    for (const size of [1, 100_000]) {
      endpoint.respondWith(streams(stream, size));
      const reply = readReply(options());
      await expect(reply).rejects.toBeInstanceOf(AssistantEndpointError);
      await expect(reply).rejects.toThrow(reason);
    }
  });

  test.each([
    ['null', text('Hi') + text(' Ada')],
    ['"null"', text('Hi', 'null') + text(' Ada', 'null')],
    ['an empty text', text('Hi', '') + text(' Ada', '')],
    ['"stop" in each chunk', text('Hi', 'stop') + text(' Ada', 'stop')],
    ['unspecified', text('Hi', 'FINISH_REASON_UNSPECIFIED')],
  ])('loses its connection while finish_reason is %s', async (_what, stream) => {
    endpoint.respondWith(breaksAfter(stream));
    await expect(readReply(options())).rejects.toThrow(/was lost/);
  });
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('a stream that is compressed with %s is read', async (encoding, compress) => {
  endpoint.respondWith((response) => {
    response.writeHead(200, { 'content-encoding': encoding });
    response.end(compress(hi + stop + done));
  });
  expect((await readReply(options())).text).toBe('Hi Ada');
});

describe('a reply that the endpoint cut', () => {
  test.each([
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['MAX_TOKENS', 'length'],
    ['content_filter', 'content_filter'],
    ['max_output_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['SAFETY', 'content_filter'],
    ['PROHIBITED_CONTENT', 'content_filter'],
    ['guardrail_intervened', 'content_filter'],
    ['refusal', 'content_filter'],
    ['LANGUAGE', 'content_filter'],
    ['max_output', 'length'],
    ['incomplete', 'length'],
    ['truncated', 'length'],
    ['interrupted', 'length'],
    ['refused', 'content_filter'],
    ['OTHER', 'length'],
    ['unknown', 'length'],
    ['generate_limit', 'length'],
    ['stop_requested_by_operator', 'length'],
    ['停止', 'length'],
  ])('with the finish reason %s is marked', async (reason, truncated) => {
    endpoint.respondWith(streams(hi + finish(reason) + done));
    expect(await readReply(options())).toEqual({ text: 'Hi Ada', end: { truncated, reason } });
  });

  test('without streaming is marked', async () => {
    const choice = { message: { content: 'Hi Ada' }, finish_reason: 'OTHER' };
    endpoint.respondWith(streams(JSON.stringify({ choices: [choice] })));
    expect((await readReply(options())).end).toEqual({ truncated: 'length', reason: 'OTHER' });
  });

  test('with a long finish reason is marked with its start', async () => {
    endpoint.respondWith(streams(hi + finish('x'.repeat(1_000)) + done));
    const reason = 'x'.repeat(40);
    expect((await readReply(options())).end).toEqual({ truncated: 'length', reason });
  });

  test('is complete when text and a known finish reason follow the unknown one', async () => {
    endpoint.respondWith(streams(text('Hi', 'OTHER') + text(' Ada') + stop + done));
    expect(await readReply(options())).toEqual({ text: 'Hi Ada', end: undefined });
  });

  test('at maxReplyLength is marked', async () => {
    endpoint.respondWith(streams(hi + stop + done));
    expect(await readReply(options({ maxReplyLength: 2 }))).toEqual({
      text: 'Hi',
      end: { truncated: 'length' },
    });
  });
});

describe('with showReasoning', () => {
  test.each([
    [
      'a field',
      delta({ reasoning_content: 'Hm' }) + delta({ reasoning_content: '.' }) + hi + stop,
      '<think>Hm.</think>\n\nHi Ada',
    ],
    ['tags', `${text('<think>Hm.</think>\n\nHi Ada')}${stop}`, '<think>Hm.</think>\n\nHi Ada'],
    ['nothing', hi + stop, 'Hi Ada'],
  ])('users see the reasoning of %s', async (_what, stream, expected) => {
    endpoint.respondWith(streams(stream));
    expect((await readReply(options({ showReasoning: true }))).text).toBe(expected);
  });

  test('the model does not receive the reasoning of earlier replies', async () => {
    endpoint.respondWith(streams(hi + stop));
    await readReply(options(), [
      { role: 'user', content: 'One' },
      { role: 'assistant', content: '<think>Hm.</think>\n\nTwo' },
      { role: 'user', content: 'When?' },
      { role: 'assistant', content: '<think>Hm.\n</thought>\n\nNow.' },
      { role: 'user', content: 'Why?' },
      { role: 'assistant', content: '[THINK]Hm.</think>[/THINK]Because.' },
      { role: 'user', content: 'Again' },
      { role: 'assistant', content: 'Hm. It is two.\n</think>\n\nTwo' },
      { role: 'user', content: 'How do models reason?' },
      { role: 'assistant', content: 'Like this:\n<think>\nHm.\n</think>\nTwo' },
      { role: 'user', content: '<think>Three</think>' },
    ]);
    expect(endpoint.requests.at(-1)?.body.messages.map(({ content }) => content)).toEqual([
      'One',
      'Two',
      'When?',
      'Now.',
      'Why?',
      'Because.',
      'Again',
      'Two',
      'How do models reason?',
      'Like this:\n<think>\nHm.\n</think>\nTwo',
      '<think>Three</think>',
    ]);
  });
});

describe('with startsWithReasoning', () => {
  const cases: [what: string, stream: string, expected: string][] = [
    ['reasoning without a start tag', text('Hm.\n</think>\n\nHi Ada'), 'Hi Ada'],
    [
      'tags in its reasoning',
      text('Hm, </th') + text('ought> or <think>?</thi') + text('nk>') + hi,
      'Hi Ada',
    ],
    ['letters', [...'Hm.</think>\n\nHi Ada'].map((letter) => text(letter)).join(''), 'Hi Ada'],
    ['no reasoning before the end tag', text('</think>\n\n') + hi, 'Hi Ada'],
    ['a start tag nevertheless', text('\n<thi') + text('nk>Hm.</think>') + hi, 'Hi Ada'],
    ['a second end tag', text('Hm.</think>a </think>'), 'a </think>'],
    ['the end tag of another model', text('Hm.\n</tho') + text('ught>\n\n') + hi, 'Hi Ada'],
    ['nothing but the end tag of another model', text('\n</thought>\n\n') + hi, 'Hi Ada'],
    ['a field instead', delta({ reasoning_content: 'Hm.' }) + hi, 'Hi Ada'],
    ['white space first', text(' '.repeat(3_000)) + text('Hm.</think>') + hi, 'Hi Ada'],
  ];
  test.each(cases)('users do not see the reasoning of %s', async (_what, stream, expected) => {
    for (const size of [1, 13, 100_000]) {
      endpoint.respondWith(streams(stream + stop, size));
      const { text } = await readReply(options({ startsWithReasoning: true }));
      expect(text).toBe(expected);
    }
  });

  test.each([
    ['no end tag', text('Hm. I could')],
    ['the start of a start tag', text('<thi')],
  ])('a reply with %s is empty', async (_what, stream) => {
    endpoint.respondWith(streams(stream + stop));
    await expect(readReply(options({ startsWithReasoning: true }))).rejects.toThrow(/empty reply/);
  });

  test.each([
    ['without a start tag', text('Hm.\n</think>\n\n') + hi, '<think>Hm.\n</think>\n\nHi Ada'],
    ['with one', text('<th') + text('ink>Hm.</think>') + hi, '<think>Hm.</think>Hi Ada'],
    ['without text', text('</think>\n\n') + hi, '<think></think>\n\nHi Ada'],
  ])('and showReasoning, users see reasoning %s between tags', async (_what, stream, expected) => {
    endpoint.respondWith(streams(stream + stop));
    const settings = { startsWithReasoning: true, showReasoning: true };
    expect((await readReply(options(settings))).text).toBe(expected);
  });
});

test('endless tool calls end at a limit', async () => {
  const calls = delta({ tool_calls: [{ index: 0, function: { arguments: 'x'.repeat(900_000) } }] });
  endpoint.respondWith((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const write = (): void => {
      while (!response.destroyed && response.write(calls));
    };
    response.on('drain', write);
    write();
  });
  await expect(readReply(options())).rejects.toThrow(/more than 100000000 characters/);
});
