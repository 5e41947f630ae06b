import { ChatClient } from '@chat/client';

declare global {
  interface Window {
    /** Sends a message over HTTP and one over a socket, and returns the replies. */
    talk(baseUrl: string, messages: readonly [string, string]): Promise<string[]>;
  }
}

window.talk = async (baseUrl, [first, second]) => {
  const credentials = { username: 'ada', password: 's3cret' };
  const client = new ChatClient({ baseUrl, credentials });
  const { response } = await client.chat.send(first);
  const reply = await client.connect().ask(second);
  client.close();
  return [response, reply.content];
};
