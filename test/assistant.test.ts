import { ChatClient, type ChatClientOptions } from '@chat/client';
import { createChatServer, openAiAssistant } from '@chat/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  breaksAfter,
  type Endpoint,
  openEndpoint,
  refuses,
  stallsAfter,
  streams,
} from '../packages/server/src/assistant/openai/testing/endpoint.js';
import { createLogged } from '../packages/server/src/assistant/openai/testing/logged.js';
import { startOf, streamOf } from '../packages/server/src/assistant/openai/testing/recordings.js';
import { ChatProgram } from './support/chat-program.js';

// What users see of a server that a model answers for, over TCP on both of its sides.

const ada = { username: 'ada', password: 's3cret' };
const apiKey = 'sk-hunter2';
const leaving: (() => unknown)[] = [];
let endpoint: Endpoint;

beforeEach(async () => {
  endpoint = await openEndpoint();
  leaving.push(() => endpoint.close());
});

afterEach(async () => {
  for (const leave of leaving.splice(0).reverse()) await leave();
});

/** A server that asks the endpoint, and what it logs. */
async function serve(): Promise<{ url: string; log: string[] }> {
  const { logger, lines: log } = createLogged();
  const app = await createChatServer({
    users: [ada],
    logger,
    assistant: openAiAssistant({
      baseUrl: endpoint.baseUrl,
      apiKey,
      model: 'some-model',
      maxRetries: 0,
    }),
  });
  leaving.push(() => app.close());
  return { url: await app.listen({ port: 0 }), log };
}

function connect(baseUrl: string, options: Partial<ChatClientOptions> = {}): ChatClient {
  const client = new ChatClient({ baseUrl, credentials: ada, retry: { limit: 0 }, ...options });
  leaving.push(() => client.close());
  return client;
}

async function stored(client: ChatClient): Promise<string[]> {
  const { messages } = await client.chat.history({ order: 'asc' });
  return messages.map(({ role, content }) => `${role}: ${content}`);
}

test('the model answers, and is told what was said before', async () => {
  const { url } = await serve();
  const client = connect(url);
  endpoint.will(streams(streamOf('Hello', ' Ada')), streams(streamOf('Your name is Ada')));
  await client.chat.send('I am Ada');
  expect((await client.chat.send('Who am I?')).response).toBe('Your name is Ada');
  expect(endpoint.requests[1]?.body.messages).toEqual([
    { role: 'user', content: 'I am Ada' },
    { role: 'assistant', content: 'Hello Ada' },
    { role: 'user', content: 'Who am I?' },
  ]);
});

test('a socket that asked for it sees the reply grow while it is made', async () => {
  const { url } = await serve();
  const client = connect(url);
  let goOn = (): void => {};
  endpoint.will((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(startOf('One'));
    goOn = () => response.end(streamOf(' two'));
  });
  const socket = client.connect({ stream: true });
  const deltas: string[] = [];
  socket.on('delta', ({ content }) => deltas.push(content ?? ''));
  const reply = socket.ask('Count!');
  await expect.poll(() => deltas).toEqual(['One']);
  goOn();
  expect((await reply).content).toBe('One two');
  expect(deltas).toEqual(['One', ' two']);
});

describe('an assistant that fails loses nothing', () => {
  test.each([
    ['refuses', refuses(500, 'Overloaded')],
    ['does not know the key', refuses(401, `Incorrect key ${apiKey}`)],
    ['breaks off', breaksAfter(startOf('Half a rep'))],
    ['sends what is no answer', streams('data: <oops>\n\n')],
    ['says nothing', streams(streamOf(''))],
  ])('when it %s, the same key has the same message answered', async (_what, failure) => {
    const { url, log } = await serve();
    const client = connect(url);
    endpoint.will(failure, streams(streamOf('Here I am')));
    const asked = client.chat.send('Are you there?', { idempotencyKey: 'question-1' });
    await expect(asked).rejects.toMatchObject({
      status: 503,
      detail: expect.stringContaining('Your message is stored; send it again with the same'),
    });
    expect(await stored(client)).toEqual(['user: Are you there?']);

    const again = await client.chat.send('Are you there?', { idempotencyKey: 'question-1' });
    expect(again.response).toBe('Here I am');
    expect(await stored(client)).toEqual(['user: Are you there?', 'assistant: Here I am']);
    expect(endpoint.requests).toHaveLength(2);
    expect(endpoint.requests[1]?.body.messages).toEqual([
      { role: 'user', content: 'Are you there?' },
    ]);
    expect(log.join('')).toContain("assistant's endpoint");
    expect(log.join('')).not.toContain('hunter2');
  });

  test('without a key the question stays, and goes along with the next one', async () => {
    const { url } = await serve();
    const client = connect(url);
    endpoint.will(refuses(500, 'Overloaded'), streams(streamOf('Yes')));
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${await tokenOf(url)}`,
    };
    const body = JSON.stringify({ message: 'One' });
    const failed = await fetch(`${url}/api/v1/chat`, { method: 'POST', headers, body });
    expect(failed.status).toBe(500);
    await client.chat.send('Two');
    expect(await stored(client)).toEqual(['user: One', 'user: Two', 'assistant: Yes']);
    expect(endpoint.requests[1]?.body.messages).toEqual([{ role: 'user', content: 'One\n\nTwo' }]);
  });

  test('a caller who goes away without a key ends the request to the model', async () => {
    const { url } = await serve();
    const client = connect(url);
    const token = await tokenOf(url);
    endpoint.will(stallsAfter(startOf('Half')));
    const abort = new AbortController();
    const asked = fetch(`${url}/api/v1/chat`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ message: 'Never mind' }),
      signal: abort.signal,
    }).catch((error: Error) => error.name);
    await expect.poll(() => endpoint.requests).toHaveLength(1);
    abort.abort();
    expect(await asked).toBe('AbortError');
    await expect.poll(() => endpoint.abandoned).toBe(1);
    expect(await stored(client)).toEqual(['user: Never mind']);
  });
});

async function tokenOf(url: string): Promise<string> {
  const login = await fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(ada),
  });
  return ((await login.json()) as { access_token: string }).access_token;
}

describe('the program', () => {
  function run(environment: Record<string, string>): ChatProgram {
    const args = ['--port', '0', '--data', ':memory:', '--user', 'ada:s3cret'];
    const program = new ChatProgram(args, { environment });
    leaving.push(async () => {
      program.signal('SIGKILL');
      await program.exit();
    });
    return program;
  }

  test('has a model answer when CHAT_ASSISTANT_URL says where, and shows the key nowhere', async () => {
    const program = run({
      CHAT_ASSISTANT_URL: endpoint.baseUrl,
      CHAT_ASSISTANT_MODEL: 'some-model',
      CHAT_ASSISTANT_KEY: apiKey,
      CHAT_ASSISTANT_PROMPT: 'Be kind.',
    });
    const client = connect(await program.url());
    endpoint.will(streams(streamOf('Hello', ' Ada')), refuses(401, apiKey));
    expect((await client.chat.send('Hi')).response).toBe('Hello Ada');
    expect(endpoint.requests[0]).toMatchObject({
      headers: { authorization: `Bearer ${apiKey}` },
      body: { model: 'some-model', messages: [{ role: 'system', content: 'Be kind.' }, {}] },
    });
    await expect(client.chat.send('And now?')).rejects.toMatchObject({ status: 503 });
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    expect(program.stderr).toContain('it does not accept the key');
    expect(program.stderr + program.stdout).not.toContain('hunter2');
  });

  test.each<[Record<string, string>, RegExp]>([
    [{ CHAT_ASSISTANT_URL: 'http://127.0.0.1:1/v1' }, /CHAT_ASSISTANT_MODEL must name the model/],
    [
      { CHAT_ASSISTANT_MODEL: 'x', CHAT_ASSISTANT_KEY: 'hunter2' },
      /CHAT_ASSISTANT_URL must be set/,
    ],
    [
      { CHAT_ASSISTANT_URL: 'http://ada:hunter2@api.example/v1', CHAT_ASSISTANT_MODEL: 'x' },
      /--assistant-url or CHAT_ASSISTANT_URL must be an http or https address/,
    ],
    [
      {
        CHAT_ASSISTANT_URL: 'http://127.0.0.1:1/v1',
        CHAT_ASSISTANT_MODEL: 'x',
        CHAT_ASSISTANT_KEY: 'hunter2 ',
      },
      /CHAT_ASSISTANT_KEY must be printable ASCII/,
    ],
  ])('refuses %o in one line, with exit 2', async (environment, line) => {
    const program = run(environment);
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toMatch(line);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
    expect(program.stderr).not.toContain('hunter2');
  });
});
