import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChatClient, type ChatClientOptions } from '@chat/client';
import { createChatServer, openAiAssistant } from '@chat/server';
import { ServerProcess } from '@chat/test-support';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captureLog } from '../packages/server/src/assistants/openai/testing/capture-log.js';
import {
  breaksAfter,
  type Endpoint,
  respondsWithError,
  stallsAfter,
  startEndpoint,
  streams,
} from '../packages/server/src/assistants/openai/testing/endpoint.js';
import { startForwardProxy } from '../packages/server/src/assistants/openai/testing/forward-proxy.js';
import {
  completionStart,
  completionStream,
} from '../packages/server/src/assistants/openai/testing/recordings.js';

// A server whose assistant is a model, with real connections to the client and to the model.

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;
const ada = { username: 'ada', password: 's3cret' };
const apiKey = 'sk-hunter2';
const cleanups: (() => unknown)[] = [];
let endpoint: Endpoint;

beforeEach(async () => {
  endpoint = await startEndpoint();
  cleanups.push(() => endpoint.close());
});

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

/** A server whose assistant calls the endpoint, and its log. */
async function serve(): Promise<{ url: string; log: string[] }> {
  const { logger, lines: log } = captureLog();
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
  cleanups.push(() => app.close());
  return { url: await app.listen({ port: 0 }), log };
}

function connect(baseUrl: string, options: Partial<ChatClientOptions> = {}): ChatClient {
  const client = new ChatClient({ baseUrl, credentials: ada, retry: { limit: 0 }, ...options });
  cleanups.push(() => client.close());
  return client;
}

async function stored(client: ChatClient): Promise<string[]> {
  const { messages } = await client.chat.history({ order: 'asc' });
  return messages.map(({ role, content }) => `${role}: ${content}`);
}

test('the model receives the earlier messages of the session', async () => {
  const { url } = await serve();
  const client = connect(url);
  endpoint.respondWith(
    streams(completionStream('Hello', ' Ada')),
    streams(completionStream('Your name is Ada')),
  );
  await client.chat.send('I am Ada');
  expect((await client.chat.send('Who am I?')).response).toBe('Your name is Ada');
  expect(endpoint.requests[1]?.body.messages).toEqual([
    { role: 'user', content: 'I am Ada' },
    { role: 'assistant', content: 'Hello Ada' },
    { role: 'user', content: 'Who am I?' },
  ]);
});

test.each([
  ['length', 'length'],
  ['content_filter', 'content_filter'],
  ['operator_request', 'length'],
])(
  'a reply with the finish reason %s is marked as truncated everywhere, and logged',
  async (reason, truncated) => {
    const { url, log } = await serve();
    const client = connect(url);
    const socket = client.connect();
    const received = new Promise((resolve) => {
      socket.on('message', (message) => message.role === 'assistant' && resolve(message));
    });
    await expect.poll(() => socket.state).toBe('open');
    endpoint.respondWith(
      streams(
        completionStream('It was').replace('"finish_reason":"stop"', `"finish_reason":"${reason}"`),
      ),
      streams(completionStream('Complete')),
    );
    const sent = await client.chat.send('Tell me all', { idempotencyKey: 'question-1' });
    expect(sent.messages.map((message) => message.truncated)).toEqual([undefined, truncated]);
    expect(await received).toMatchObject({ content: 'It was', truncated });
    const again = await client.chat.send('Tell me all', { idempotencyKey: 'question-1' });
    expect(again.messages.at(-1)).toMatchObject({ truncated });
    await client.chat.send('And now?');
    const { messages } = await client.chat.history({ order: 'asc' });
    expect(messages.map((message) => message.truncated)).toEqual([
      undefined,
      truncated,
      undefined,
      undefined,
    ]);
    expect(messages.filter((message) => 'truncated' in message)).toHaveLength(1);
    const line = log.find((text) => text.includes('The reply of the assistant was cut off.'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ truncated, reason });
  },
);

test('a streaming socket receives the reply in deltas', async () => {
  const { url } = await serve();
  const client = connect(url);
  let finish = (): void => {};
  endpoint.respondWith((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(completionStart('One'));
    finish = () => response.end(completionStream(' two'));
  });
  const socket = client.connect({ stream: true });
  const deltas: string[] = [];
  socket.on('delta', ({ content }) => deltas.push(content ?? ''));
  const reply = socket.ask('Count!');
  await expect.poll(() => deltas).toEqual(['One']);
  finish();
  expect((await reply).content).toBe('One two');
  expect(deltas).toEqual(['One', ' two']);
});

describe('a failing assistant loses no message', () => {
  test.each([
    ['responds with an error', respondsWithError(500, 'Overloaded')],
    ['rejects the key', respondsWithError(401, `Incorrect key ${apiKey}`)],
    ['loses the connection', breaksAfter(completionStart('Half a rep'))],
    ['sends an invalid response', streams('data: <oops>\n\n')],
    ['sends an empty reply', streams(completionStream(''))],
  ])(
    'when it %s, a retry with the same key gets a reply to the same message',
    async (_what, failure) => {
      const { url, log } = await serve();
      const client = connect(url);
      endpoint.respondWith(failure, streams(completionStream('Here I am')));
      const sent = client.chat.send('Are you there?', { idempotencyKey: 'question-1' });
      await expect(sent).rejects.toMatchObject({
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
    },
  );

  test('without a key the message stays stored, and is sent to the model with the next one', async () => {
    const { url } = await serve();
    const client = connect(url);
    endpoint.respondWith(respondsWithError(500, 'Overloaded'), streams(completionStream('Yes')));
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

  test('a client that disconnects does not abort the request to the model, a stop does', async () => {
    const { url } = await serve();
    const client = connect(url);
    const token = await tokenOf(url);
    endpoint.respondWith(stallsAfter(completionStart('Half')));
    const abort = new AbortController();
    const post = (path: string, body: object, signal?: AbortSignal) =>
      fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
        ...(signal && { signal }),
      });
    const sent = post('/chat', { message: 'Never mind' }, abort.signal).catch(
      (error: Error) => error.name,
    );
    await expect.poll(() => endpoint.requests).toHaveLength(1);
    abort.abort();
    expect(await sent).toBe('AbortError');
    expect(await stored(client)).toEqual(['user: Never mind']);
    expect(endpoint.abortedResponses).toBe(0);
    expect(await (await post('/chat/stop', {})).json()).toEqual({ stopped: true });
    await expect.poll(() => endpoint.abortedResponses).toBe(1);
    expect((await stored(client))[0]).toBe('user: Never mind');
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
  function run(environment: Record<string, string>): ServerProcess {
    const args = ['--port', '0', '--data', ':memory:', '--user', 'ada:s3cret'];
    const program = ServerProcess.run(args, { environment });
    cleanups.push(async () => {
      program.signal('SIGKILL');
      await program.exit();
    });
    return program;
  }

  test('uses the model at CHAT_ASSISTANT_URL, and never prints the key', async () => {
    const program = run({
      CHAT_ASSISTANT_URL: endpoint.baseUrl,
      CHAT_ASSISTANT_MODEL: 'some-model',
      CHAT_ASSISTANT_KEY: apiKey,
      CHAT_ASSISTANT_PROMPT: 'Be kind.',
    });
    await program.ready();
    const client = connect(program.url);
    endpoint.respondWith(
      streams(completionStream('Hello', ' Ada')),
      respondsWithError(401, apiKey),
    );
    expect((await client.chat.send('Hi')).response).toBe('Hello Ada');
    expect(endpoint.requests[0]).toMatchObject({
      headers: { authorization: `Bearer ${apiKey}` },
      body: { model: 'some-model', messages: [{ role: 'system', content: 'Be kind.' }, {}] },
    });
    await expect(client.chat.send('And now?')).rejects.toMatchObject({ status: 503 });
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    expect(program.stderr).toContain('it rejects the key');
    expect(program.stderr + program.stdout).not.toContain('hunter2');
  });

  test('sends the configured headers, parameters and part of the session', async () => {
    const program = run({
      CHAT_ASSISTANT_URL: `${endpoint.baseUrl}?api-version=2024-10-21`,
      CHAT_ASSISTANT_MODEL: 'some-model',
      CHAT_ASSISTANT_HEADERS: '{"api-key":"sk-hunter2"}',
      CHAT_ASSISTANT_PARAMETERS: '{"temperature":0.2}',
      CHAT_ASSISTANT_CONTEXT_MESSAGES: '1',
      CHAT_ASSISTANT_MAX_LENGTH: '5',
      CHAT_ASSISTANT_INACTIVITY_MS: '20000',
      // NO_PROXY excludes this host, so the proxy is not used.
      HTTP_PROXY: 'http://127.0.0.1:1',
      NO_PROXY: 'localhost,127.0.0.1',
    });
    await program.ready();
    const client = connect(program.url);
    endpoint.respondWith(
      streams(completionStream('Hello', ' Ada')),
      respondsWithError(400, 'api-key sk-hunter2 is wrong'),
    );
    expect((await client.chat.send('One')).response).toBe('Hello');
    await expect(client.chat.send('Two')).rejects.toMatchObject({ status: 503 });
    expect(endpoint.requests[1]).toMatchObject({
      path: '/v1/chat/completions?api-version=2024-10-21',
      headers: { 'api-key': apiKey },
      body: { temperature: 0.2, messages: [{ role: 'user', content: 'Two' }] },
    });
    program.signal('SIGTERM');
    expect(await program.exit()).toBe(0);
    expect(program.stderr).toContain('responded with 400: api-key [key] is wrong');
    expect(program.stderr + program.stdout).not.toContain('hunter2');
  });

  test.skipIf(!hasOpenSsl && !process.env.CI)(
    'calls an https API through HTTPS_PROXY (needs openssl)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'chat-certificate-'));
      cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
      const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
      const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
      const files = ['-keyout', keyFile, '-out', certFile];
      execFileSync(
        'openssl',
        ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files],
        { stdio: 'ignore' },
      );
      const certificate = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
      const api = await startEndpoint(certificate);
      const proxy = await startForwardProxy();
      cleanups.push(
        () => api.close(),
        () => proxy.close(),
      );
      api.respondWith(streams(completionStream('Hello', ' Ada')));
      const program = run({
        CHAT_ASSISTANT_URL: api.baseUrl,
        CHAT_ASSISTANT_MODEL: 'some-model',
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: certFile,
      });
      await program.ready();
      const client = connect(program.url);
      expect((await client.chat.send('Hi')).response).toBe('Hello Ada');
      expect((await client.chat.send('Hi')).response).toBe('Hello Ada');
      // The second request uses the connection of the first one.
      expect(proxy.requests).toEqual([`CONNECT ${new URL(api.baseUrl).host}`]);
    },
  );

  test.each<[Record<string, string>, RegExp]>([
    [{ CHAT_ASSISTANT_URL: 'http://127.0.0.1:1/v1' }, /CHAT_ASSISTANT_MODEL must name the model/],
    [
      { CHAT_ASSISTANT_MODEL: 'x', CHAT_ASSISTANT_KEY: 'hunter2' },
      /CHAT_ASSISTANT_URL must be set/,
    ],
    [
      { CHAT_ASSISTANT_URL: 'http://ada:hunter2@api.example/v1', CHAT_ASSISTANT_MODEL: 'x' },
      /--assistant-url or CHAT_ASSISTANT_URL is invalid: expected an http or https (?:address|URL)/,
    ],
    [
      {
        CHAT_ASSISTANT_URL: 'http://127.0.0.1:1/v1',
        CHAT_ASSISTANT_MODEL: 'x',
        CHAT_ASSISTANT_KEY: 'hunter2 ',
      },
      /CHAT_ASSISTANT_KEY is invalid: expected printable ASCII/,
    ],
    [{ CHAT_ASSISTANT_HEADERS: '{"x":"hunter2"' }, /CHAT_ASSISTANT_HEADERS is invalid: expected a/],
    [{ CHAT_ASSISTANT_HEADERS: '{"x y":"hunter2"}' }, /HEADERS is invalid: expected a JSON obj/],
    [{ CHAT_ASSISTANT_PARAMETERS: '[1]' }, /PARAMETERS is invalid: expected a JSON object, such/],
    [
      {
        CHAT_ASSISTANT_URL: 'http://127.0.0.1:1/v1',
        CHAT_ASSISTANT_MODEL: 'x',
        HTTP_PROXY: 'socks5://ada:hunter2@proxy.example',
      },
      /HTTP_PROXY is invalid: expected the URL of an HTTP proxy/,
    ],
  ])('rejects %o with one line on stderr and exit code 2', async (environment, message) => {
    const program = run(environment);
    expect(await program.exit()).toBe(2);
    expect(program.stderr).toMatch(message);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
    expect(program.stderr).not.toContain('hunter2');
  });
});
