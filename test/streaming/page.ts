// The script of a page that shows a streamed reply.
import { ChatClient } from '@chat/client';

declare global {
  interface Window {
    stream(baseUrl: string): Promise<string>;
  }
}

window.stream = async (baseUrl) => {
  const credentials = { username: 'ada', password: 's3cret' };
  const client = new ChatClient({ baseUrl, credentials, retry: { limit: 20, minDelayMs: 1 } });
  // A page of another origin sends an idempotency key when the backend has announced the extension.
  await client.login();
  const stream = client.chat.stream('Hello');
  for await (const { content } of stream) document.body.textContent += content;
  return (await stream.reply).response;
};
