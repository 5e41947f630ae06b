import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OpenAI-compatible API that answers what was asked last with what `reply` makes of it. */
export async function openEchoingModel(reply: (question: string) => string | Promise<string>) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request.setEncoding('utf8')) body += piece;
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    // Questions that were never answered stand before it in the same message.
    const question = messages.at(-1)?.content.split('\n\n').at(-1) ?? '';
    const message = { role: 'assistant', content: await reply(question) };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }));
  });
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
