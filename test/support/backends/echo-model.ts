import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';

/** Starts an OpenAI-compatible API that responds with `reply` of the last user message. */
export async function startEchoModel(reply: (question: string) => string | Promise<string>) {
  const respond = requestListener(async (request, response) => {
    const { messages } = (await json(request)) as { messages: { content: string }[] };
    // Earlier messages without a reply precede it in the same message.
    const question = messages.at(-1)?.content.split('\n\n').at(-1) ?? '';
    const message = { role: 'assistant', content: await reply(question) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  });
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
