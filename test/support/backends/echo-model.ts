import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Starts an OpenAI-compatible API that responds with `reply` of the last user message. */
export async function startEchoModel(reply: (question: string) => string | Promise<string>) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const { messages } = JSON.parse(body) as { messages: { content: string }[] };
    // Earlier messages without a reply precede it in the same message.
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
