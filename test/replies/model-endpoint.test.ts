import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChatServer, openAiAssistant } from '@chat/server';
import { expect, test } from 'vitest';

const user = { username: 'ada', password: 's3cret' };

/** An OpenAI-compatible API that sends one word and then nothing. */
async function startModel() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'One' } }] })}\n\n`);
    server.emit('reply', response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const requested = once(server, 'reply').then(([response]) => response as ServerResponse);
  return { url: `http://127.0.0.1:${port}/v1`, requested, close: () => server.close() };
}

test('a stop closes the request to the model', async () => {
  const model = await startModel();
  const assistant = openAiAssistant({ baseUrl: model.url, model: 'test' });
  const app = await createChatServer({ users: [user], assistant });
  try {
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const post = (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
    const login = (await (await post('/login', user)).json()) as { access_token: string };
    const authorization = `Bearer ${login.access_token}`;
    const accept = 'text/event-stream';
    const stream = await post('/chat', { message: 'Hello' }, { authorization, accept });
    const closed = once(await model.requested, 'close');
    const stopped = await post('/chat/stop', {}, { authorization });
    expect(await stopped.json()).toEqual({ stopped: true });
    await closed;
    expect(await stream.text()).toContain('"response":"One"');
  } finally {
    await app.close();
    model.close();
  }
});
