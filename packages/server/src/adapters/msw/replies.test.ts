import { describe, expect, it, vi } from 'vitest';
import { EventReader, joinDeltas } from '../../testing/read-events.js';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, call, login, send, openSocket } = mockInNode();

it('echoes the message until a reply is configured', async () => {
  const { response } = await send(await login(), 'Hello');
  expect(response).toContain('Hello');
});

it('replies with text', async () => {
  mock.reply((message) => `You said ${message}`);
  expect((await send(await login(), 'Hello')).response).toBe('You said Hello');
});

it('replies with text from a promise', async () => {
  mock.reply(async (message) => `You said ${message}`);
  expect((await send(await login(), 'Hello')).response).toBe('You said Hello');
});

it('replies in chunks, and streams them to a socket that requested deltas', async () => {
  mock.reply(async function* () {
    yield 'Good ';
    yield 'morning';
  });
  const token = await login();
  const client = openSocket(token, '&stream=1');
  await client.next('connected');
  expect((await send(token, 'Hello')).response).toBe('Good morning');
  expect(await client.next('delta')).toMatchObject({ content: 'Good ' });
  expect(await client.next('delta')).toMatchObject({ content: 'morning' });
});

it('passes the username, the messages and an abort signal to the reply function', async () => {
  const contexts: unknown[] = [];
  mock.reply((_message, { username, messages, signal }) => {
    contexts.push({
      username,
      contents: messages.map(({ content }) => content),
      aborted: signal.aborted,
    });
    return 'Yes.';
  });
  const token = await login();
  await send(token, 'One');
  await send(token, 'Two');
  expect(contexts).toEqual([
    { username: 'ada', contents: ['One'], aborted: false },
    { username: 'ada', contents: ['One', 'Yes.', 'Two'], aborted: false },
  ]);
});

it('uses the reply function that was set last', async () => {
  const token = await login();
  mock.reply(() => 'old');
  mock.reply(() => 'new');
  expect((await send(token, 'Hello')).response).toBe('new');
});

it('rejects a reply that is neither a function nor rules', () => {
  expect(() => mock.reply('Hello' as never)).toThrow(
    'Parameter "reply" is invalid: expected a function such as () => "Hello", or a rule such as { content: "Hello" }, received "Hello".',
  );
});

it('responds with 500 when a reply function throws, logs the error and stores the message', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  mock.reply(() => {
    throw new Error('a bug in the test');
  });
  const response = await send(await login(), 'Hello');
  expect(response.status).toBe(500);
  expect(response.detail).not.toContain('a bug in the test');
  expect(warn).toHaveBeenCalledWith(
    '[chat mock] The assistant gave no reply.',
    expect.objectContaining({ err: expect.objectContaining({ message: 'a bug in the test' }) }),
  );
  expect(mock.messages('ada').map(({ content }) => content)).toEqual(['Hello']);
});

it('sends a pushed message to the socket and adds it to the history', async () => {
  const token = await login();
  const client = openSocket(token);
  await client.next('connected');
  await mock.push('ada', 'Are you there?');
  expect(await client.next('message')).toMatchObject({
    role: 'assistant',
    content: 'Are you there?',
  });
  expect(mock.messages('ada')).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
  expect(mock.messages('bob')).toEqual([]);
});

it('stores a message that is pushed before the first login', async () => {
  await mock.push('bob', 'Welcome');
  expect(mock.messages('bob')).toMatchObject([{ content: 'Welcome', status: 'sent' }]);
});

it('rejects an invalid message to push', async () => {
  await expect(mock.push('ada', '')).rejects.toThrow('A message');
});

describe('rules', () => {
  it('uses the first rule that applies, and echoes other messages', async () => {
    mock.reply([
      { contains: 'WEATHER', content: 'It is sunny.' },
      { pattern: '^order (\\d+)$', template: 'Order {{1}} is on its way, {{username}}.' },
      { username: 'bob', content: 'Hello, Bob.' },
      { contains: 'once', content: 'Only once.', times: 1 },
    ]);
    const token = await login();
    const replies = [];
    for (const message of ['the weather?', 'Order 12', 'once', 'once', 'Hi']) {
      replies.push((await send(token, message)).response);
    }
    expect(replies).toEqual([
      'It is sunny.',
      'Order 12 is on its way, ada.',
      'Only once.',
      'once',
      'Hi',
    ]);
    expect((await send(await login('bob', 'hunter2'), 'Hi')).response).toBe('Hello, Bob.');
  });

  it('fills the placeholders of a template, and no others of the message', async () => {
    mock.reply({ template: '{{count}}: {{username}} said {{message}}' });
    const token = await login();
    await send(token, 'Hi');
    expect((await send(token, '{{username}} $&')).response).toBe('2: ada said {{username}} $&');
  });

  it('streams chunks, and a text with chunkDelayMs word by word', async () => {
    const token = await login();
    const client = openSocket(token, '&stream=1');
    await client.next('connected');
    mock.reply([
      { contains: 'chunks', chunks: ['One', ', two'] },
      { content: 'Word by word', delayMs: 1, chunkDelayMs: 1 },
    ]);
    expect((await send(token, 'chunks')).response).toBe('One, two');
    expect((await send(token, 'words')).response).toBe('Word by word');
    const deltas = client.frames.filter(({ data }) => data.event === 'delta');
    expect(deltas.map(({ data }) => data.content)).toEqual([
      'One',
      ', two',
      'Word ',
      'by ',
      'word',
    ]);
  });

  it('fails like an assistant that is not available', async () => {
    vi.spyOn(console, 'warn').mockReturnValue();
    mock.reply({ error: 'no model' });
    const response = await send(await login(), 'Hello');
    expect(response.status).toBe(500);
    expect(response.detail).not.toContain('no model');
  });

  it.each([
    [{}, 'Reply options are invalid: expected exactly one of content, template, chunks, error'],
    [{ content: 'a', chunks: [] }, 'expected exactly one of'],
    [{ text: 'a' }, 'Reply option "text" is unknown: expected one of contains, pattern, username'],
    [{ template: '{{name}}' }, 'Reply option "template" is invalid: expected a text with the'],
    [{ pattern: '(', content: 'a' }, 'Reply option "pattern" is invalid: expected a regular expr'],
    [{ content: 'a', times: 0 }, 'Reply option "times" is invalid: expected an integer from 1'],
    [[{ content: 'a', delayMs: -1 }], 'Reply option "delayMs" is invalid: expected a number from'],
  ])('names what is invalid in %j', (rule, message) => {
    expect(() => mock.reply(rule as never)).toThrow(message);
  });
});

it('stops a generator, which sees its signal aborted', async () => {
  let startGenerator = (): void => {};
  const started = new Promise<void>((resolve) => {
    startGenerator = resolve;
  });
  let signalOfReply: AbortSignal | undefined;
  mock.reply(async function* (_message, { signal }) {
    signalOfReply = signal;
    yield 'One';
    startGenerator();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    yield ', two';
  });
  const token = await login();
  const response = send(token, 'Hello');
  await started;
  expect(await (await call('stop', { token })).json()).toEqual({ stopped: true });
  expect(signalOfReply?.aborted).toBe(true);
  expect((await response).response).toBe('One');
  const stored = [{ content: 'Hello' }, { content: 'One', stopped: true }];
  expect(mock.messages('ada')).toMatchObject(stored);
});

it('streams a reply as server-sent events', async () => {
  mock.reply(async function* () {
    yield 'Good ';
    yield 'morning';
  });
  const response = await call('sendMessage', {
    token: await login(),
    body: { message: 'Hello' },
    headers: { accept: 'text/event-stream' },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events = await new EventReader(response.body!.pipeThrough(new TextDecoderStream())).rest();
  expect(joinDeltas(events)).toBe('Good morning');
  expect(events.at(-1)).toMatchObject({ event: 'message', data: { response: 'Good morning' } });
});

it('has faults of the routes for replies', async () => {
  const token = await login();
  mock.fail('stop', { status: 500, times: 1 });
  mock.rateLimit('regenerate', { retryAfterSeconds: 2, times: 1 });
  mock.fail('newSession', { status: 503, times: 1 });
  const statuses = ['stop', 'regenerate', 'newSession'] as const;
  const responses = statuses.map(async (route) => (await call(route, { token })).status);
  expect(await Promise.all(responses)).toEqual([500, 429, 503]);
  mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });
  const headers = { accept: 'text/event-stream' };
  const lost = call('sendMessage', { token, body: { message: 'Hello' }, headers });
  await expect(lost).rejects.toThrow();
  expect(mock.messages('ada')).toMatchObject([{ role: 'user' }, { role: 'assistant' }]);
});
