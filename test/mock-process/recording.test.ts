import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChatMock, type MockRecording } from '@chat/server/msw';
import { ServerProcess } from '@chat/test-support';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createCaller } from '../../packages/server/src/adapters/msw/testing/caller.js';
import { MockServer } from '../../packages/server/src/mock/process/mock-server.js';
import { Recorder } from '../../packages/server/src/mock/recording/recorder.js';
import {
  parseRecording,
  serializeRecording,
} from '../../packages/server/src/mock/recording/recording.js';

const users = [{ username: 'ada', password: 's3cret' }];
const open: { close(): Promise<void> }[] = [];
const listening = { host: '127.0.0.1', port: 0 };

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const each of open.splice(0).reverse()) await each.close();
});

async function startMock(replay?: MockRecording) {
  const server = new MockServer({
    users,
    allowedOrigins: [],
    control: false,
    controlRemote: false,
    ...(replay && { replay }),
  });
  open.push(server);
  return { url: await server.listen(listening), controls: server.mock.controls };
}

async function startRecorder(target: string) {
  let text = '';
  const recorder = new Recorder({
    target,
    save: (recording) => {
      text = serializeRecording(recording);
    },
  });
  open.push(recorder);
  return { url: await recorder.listen(listening), text: () => text };
}

/**
 * Talks over HTTP, with a streamed response and over a socket, and waits for each effect.
 * @param cause lets the backend do what it does by itself in a replay
 */
async function converse(baseUrl: string, cause: { [effect: string]: () => unknown } = {}) {
  vi.stubGlobal('WebSocket', WebSocket);
  const { call, login, openSocket, send } = createCaller(baseUrl);
  const token = await login();
  const seen: unknown[] = [(await send(token, 'Hello')).response];

  const streamed = await call('sendMessage', {
    token,
    body: { message: 'Stream, please' },
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
  });
  const reader = streamed.body?.pipeThrough(new TextDecoderStream()).getReader();
  let events = '';
  for (;;) {
    const { done, value = '' } = (await reader?.read()) ?? { done: true };
    if (done) break;
    events += value;
    // A stream joins the deltas that its reader has not received yet.
    if (events.includes('event: delta')) await cause.proceed?.();
  }
  const deltas = [...events.matchAll(/^data: (\{"id".*)$/gm)].map(([, data = '']) => data);
  seen.push(deltas.map((data) => JSON.parse(data).content).join(''));

  await cause.limit?.();
  const limited = await send(token, 'Too fast');
  seen.push(limited.status, limited.detail, limited.headers.get('retry-after'));
  await cause.fail?.();
  const failed = await send(token, 'Broken');
  seen.push(failed.status, failed.detail);

  const client = openSocket(token, '&stream=1');
  await client.next('connected');
  client.send({ content: 'Over a socket', id: 'frame-1' });
  seen.push((await client.next('delta')).content, (await client.next('delta')).content);
  const isReply = async () => (await client.next('message')).role === 'assistant';
  while (!(await isReply()));
  await cause.push?.();
  seen.push((await client.next('message')).content);
  await cause.close?.();
  seen.push(await client.closed);
  return seen;
}

/** Yields nothing. */
async function* untilAborted(signal: AbortSignal): AsyncGenerator<string> {
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** Stops a streamed reply after its first text, requests another one, and one for a message that does not exist. */
async function stopAndRegenerate(baseUrl: string) {
  const { call, login } = createCaller(baseUrl);
  const token = await login();
  const headers = { accept: 'text/event-stream', 'content-type': 'application/json' };
  const streamed = await call('sendMessage', { token, body: { message: 'Long' }, headers });
  let events = '';
  for await (const chunk of streamed.body!.pipeThrough(new TextDecoderStream())) {
    const isFirst = !events.includes('event: delta');
    events += chunk;
    if (isFirst && events.includes('event: delta')) await call('stop', { token, body: {} });
  }
  const [, stopped = ''] = /^event: message\ndata: (.*)$/m.exec(events) ?? [];
  const question = JSON.parse(stopped).messages.at(-2);
  const regenerate = (messageId: string) =>
    call('regenerate', { token, body: { messageId }, headers: { prefer: 'return=minimal' } });
  const again = await (await regenerate(question.id)).json();
  const missing = await regenerate('msg_missing');
  const summary = ({
    response,
    messages,
  }: {
    response: string;
    messages: { content: string }[];
  }) => ({
    response,
    messages: messages.map(({ content }) => content),
  });
  return [summary(JSON.parse(stopped)), summary(again), missing.status];
}

async function recordConversation() {
  const { url, controls } = await startMock();
  const recorder = await startRecorder(url);
  let proceed = (): void => {};
  const proceeded = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  controls.reply(async function* (message) {
    yield 'You said ';
    if (message.startsWith('Stream')) await proceeded;
    yield `${message}.`;
  });
  const seen = await converse(recorder.url, {
    proceed,
    limit: () => controls.rateLimit('sendMessage', { retryAfterSeconds: 7, times: 1 }),
    fail: () => controls.fail('sendMessage', { status: 502, detail: 'A bad gateway.', times: 1 }),
    push: () => controls.push('ada', 'Are you there?'),
    close: () => controls.closeSockets({ code: 1013, reason: 'Later.' }),
  });
  expect(seen).toContain('You said Stream, please.');
  return { seen, text: recorder.text() };
}

const delays = /"delayMs": \d+/g;

describe('a recording', () => {
  it('contains turns with deltas, statuses and frames, and no secrets', async () => {
    const { text } = await recordConversation();
    const { turns } = JSON.parse(text.replace(delays, '"delayMs": 0')) as MockRecording;
    const delayMs = 0;
    expect(turns).toEqual([
      {
        username: 'ada',
        via: 'http',
        message: 'Hello',
        status: 200,
        events: [{ delayMs, reply: 'You said Hello.' }],
      },
      {
        username: 'ada',
        via: 'stream',
        message: 'Stream, please',
        status: 200,
        events: [
          { delayMs, delta: 'You said ' },
          { delayMs, delta: 'Stream, please.' },
          { delayMs, reply: 'You said Stream, please.' },
        ],
      },
      {
        username: 'ada',
        via: 'http',
        message: 'Too fast',
        status: 429,
        retryAfterSeconds: 7,
        events: [{ delayMs, error: 'Too many requests; wait 7 s and try again.' }],
      },
      {
        username: 'ada',
        via: 'http',
        message: 'Broken',
        status: 502,
        events: [{ delayMs, error: 'A bad gateway.' }],
      },
      {
        username: 'ada',
        via: 'socket',
        message: 'Over a socket',
        events: [
          { delayMs, delta: 'You said ' },
          { delayMs, delta: 'Over a socket.' },
          { delayMs, reply: 'You said Over a socket.' },
          { delayMs, push: 'Are you there?' },
          { delayMs, close: 1013, reason: 'Later.' },
        ],
      },
    ]);
    expect(text).not.toMatch(/s3cret|eyJ/);
  });

  it('is replayed, and recording the replay gives the same file', async () => {
    const { seen, text } = await recordConversation();
    const replay = await startMock(parseRecording(text));
    const recorder = await startRecorder(replay.url);
    expect(await converse(recorder.url)).toEqual(seen);
    expect(recorder.text()).toBe(text);
  });

  it('contains stopped and regenerated replies, and the replay is the same', async () => {
    const { url, controls } = await startMock();
    let count = 0;
    controls.reply(async function* (_message, { signal }) {
      count += 1;
      yield `Reply ${count}.`;
      if (count > 1) return;
      yield* untilAborted(signal);
    });
    const recorder = await startRecorder(url);
    const seen = await stopAndRegenerate(recorder.url);
    expect(seen).toEqual([
      { response: 'Reply 1.', messages: ['Long', 'Reply 1.'] },
      { response: 'Reply 2.', messages: ['Long', 'Reply 2.'] },
      404,
    ]);
    const text = recorder.text();
    const { turns } = JSON.parse(text.replace(delays, '"delayMs": 0')) as MockRecording;
    const turn = { username: 'ada', message: 'Long', status: 200 };
    expect(turns).toEqual([
      { ...turn, via: 'stream', events: [{ delayMs: 0, reply: 'Reply 1.', stopped: true }] },
      { ...turn, via: 'http', regenerated: true, events: [{ delayMs: 0, reply: 'Reply 2.' }] },
    ]);

    const replay = await startMock(parseRecording(text));
    const second = await startRecorder(replay.url);
    expect(await stopAndRegenerate(second.url)).toEqual(seen);
    expect(second.text()).toBe(text);
  });

  it('contains a reply that was stopped before its text, sent over a socket', async () => {
    const { url, controls } = await startMock();
    controls.reply((_message, { signal }) => untilAborted(signal));
    const recorder = await startRecorder(url);
    const stopSoon = async (baseUrl: string) => {
      vi.stubGlobal('WebSocket', WebSocket);
      const { call, login, openSocket } = createCaller(baseUrl);
      const token = await login();
      const client = openSocket(token);
      await client.next('connected');
      client.send({ content: 'Long', id: 'frame-1' });
      const { id } = await client.next('message');
      await call('stop', { token, body: { messageId: id } });
      const stopped = await client.next('stopped');
      client.socket.close();
      await client.closed;
      return stopped.id === id;
    };
    expect(await stopSoon(recorder.url)).toBe(true);
    const text = recorder.text();
    expect(JSON.parse(text.replace(delays, '"delayMs": 0')).turns).toEqual([
      {
        username: 'ada',
        via: 'socket',
        message: 'Long',
        events: [{ delayMs: 0, reply: '', stopped: true }],
      },
    ]);

    const replay = await startMock(parseRecording(text));
    const second = await startRecorder(replay.url);
    expect(await stopSoon(second.url)).toBe(true);
    expect(second.text()).toBe(text);
  });

  it('replays a rate limit on a socket', async () => {
    const events = [{ delayMs: 0, rateLimited: 9_000 }];
    const turn = { username: 'ada', via: 'socket', message: 'Too fast', events } as const;
    const { url } = await startMock({ version: 1, turns: [turn] });
    vi.stubGlobal('WebSocket', WebSocket);
    const { login, openSocket } = createCaller(url);
    const client = openSocket(await login());
    await client.next('connected');
    client.send({ content: 'Too fast', id: 'frame-1' });
    expect(await client.next('rate_limited')).toMatchObject({ retryAfterMs: 9_000, id: 'frame-1' });
    client.socket.close();
    await client.closed;
  });
});

describe('createChatMock({ replay })', () => {
  const baseUrl = 'https://chat.example.com';
  const turn = (reply: string) => ({
    username: 'eve',
    via: 'http' as const,
    message: 'Hello',
    status: 200,
    events: [{ delayMs: 0, reply }],
  });
  const replay = { version: 1, turns: [turn('First'), turn('Second')] } as const;
  const mock = createChatMock({ baseUrl, users, replay });
  const server = setupServer(...mock.handlers);
  beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }));
  afterAll(() => server.close());

  it('replies like the recorded backend, and fails without a further turn', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    const { login, send } = createCaller(baseUrl);
    // A recording contains no passwords: its users have any.
    const token = await login('eve', 'anything');
    const replies = [await send(token, 'Hello'), await send(token, 'Hello')];
    expect(replies.map(({ response }) => response)).toEqual(['First', 'Second']);
    expect((await send(token, 'Hello')).status).toBe(500);
    expect(console.warn).toHaveBeenCalledWith(
      '[chat mock] The assistant gave no reply.',
      expect.objectContaining({
        err: expect.objectContaining({
          message: 'The recording has no further turn of "eve" with this message.',
        }),
      }),
    );
    expect(await login('ada', 'wrong')).toBeUndefined();
    mock.reset();
    expect((await send(await login('eve', 'any'), 'Hello')).response).toBe('First');
  });

  it.each([
    [{ version: 2, turns: [] }, '"replay.version" is invalid: expected 1, received 2.'],
    [{ version: 1, turns: [{}] }, '"replay.turns.0.username" is invalid: expected a string'],
    [
      { version: 1, turns: [{ ...turn('a'), events: [{ delayMs: 0 }] }] },
      '"replay.turns.0.events.0" is invalid: expected exactly one of delta, reply, error',
    ],
  ])('names what is invalid in %j', (invalid, message) => {
    expect(() => createChatMock({ baseUrl, users, replay: invalid as never })).toThrow(message);
  });
});

describe('chat-server record and mock --replay', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-recording-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('write a file and replay it', async () => {
    const { url, controls } = await startMock();
    controls.reply(() => 'Recorded');
    const out = join(folder, 'talk.json');
    const recorder = new ServerProcess({ args: ['record', url, '--out', out, '--port', '0'] });
    await recorder.start();
    const recorded = createCaller(recorder.url);
    await recorded.send(await recorded.login(), 'Hello');
    recorder.signal('SIGTERM');
    expect(await recorder.exit()).toBe(0);
    expect(parseRecording(await readFile(out, 'utf8')).turns).toHaveLength(1);

    // A recorder that records nothing keeps the file.
    const idle = new ServerProcess({ args: ['record', url, '--out', out, '--port', '0'] });
    await idle.start();
    idle.signal('SIGTERM');
    await idle.exit();
    expect(parseRecording(await readFile(out, 'utf8')).turns).toHaveLength(1);

    const mock = new ServerProcess({ args: ['mock', '--replay', out, '--port', '0'] });
    await mock.start();
    const { login, send } = createCaller(mock.url);
    expect((await send(await login(), 'Hello')).response).toBe('Recorded');
    mock.signal('SIGTERM');
    expect(await mock.exit()).toBe(0);
  });

  it.each([
    ['{\n  "version": 1,\n  oops\n}', 'Line 3 of the recording is not valid JSON.'],
    ['{\n  "version": 1,', 'Line 2 of the recording is not valid JSON.'],
    ['{"version":1,"turns":[{"name":"ada"}]}', 'Recording field "turns.0.'],
  ])('reject %j with its position', async (text, message) => {
    const file = join(folder, 'invalid.json');
    await writeFile(file, text);
    const mock = ServerProcess.run(['mock', '--replay', file, '--port', '0']);
    expect(await mock.exit()).toBe(2);
    expect(mock.stderr).toContain(`--replay or CHAT_MOCK_REPLAY is invalid: ${file}: ${message}`);
  });

  it.each([
    [['record', 'nonsense', '--out', 'x.json'], '<url> is invalid: expected the URL of a backend'],
    [['record', 'http://127.0.0.1:9'], '--out or CHAT_RECORD_OUT is required'],
    [
      ['record', 'http://127.0.0.1:9', '--out', '/none/x.json'],
      '--out or CHAT_RECORD_OUT is invalid: "/none/x.json" cannot be written (ENOENT).',
    ],
    [['mock', '--replay', '/none/x.json'], '/none/x.json: the file cannot be read (ENOENT).'],
  ])('reject %j', async (args, message) => {
    const program = ServerProcess.run(args);
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toContain(message);
  });
});
