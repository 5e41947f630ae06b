import { once } from 'node:events';
import { createChatServer, openAiAssistant } from '@chat/server';
import { expect, test } from 'vitest';
import { chunk, startHeldModel } from './held-model.js';

const user = { username: 'ada', password: 's3cret' };

test('a stop closes the request to the model', async () => {
  const model = await startHeldModel();
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
    const streaming = post('/chat', { message: 'Hello' }, { authorization, accept });
    const reply = await model.requested;
    const closed = once(reply, 'close');
    reply.write(chunk({ delta: { content: 'One' } }));
    const events = (await streaming).body!.pipeThrough(new TextDecoderStream()).values();
    let received = '';
    // Not before the server has the text: an earlier stop leaves the question without a reply.
    while (!received.includes('One')) received += (await events.next()).value;
    const stopped = await post('/chat/stop', {}, { authorization });
    expect(await stopped.json()).toEqual({ stopped: true });
    await closed;
    for await (const text of events) received += text;
    expect(received).toContain('"response":"One"');
  } finally {
    await app.close();
    model.close();
  }
});
