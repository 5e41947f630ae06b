// The program of a user: it must compile with the packed client, without the types of Node.
import { ChatClient, isChatError, RateLimitError } from '@chat/client';
import { useChat } from '@chat/client/react';

const client = new ChatClient({
  baseUrl: 'https://chat.example.com',
  credentials: { username: 'ada', password: 's3cret' },
});

export async function talk(): Promise<string[]> {
  try {
    const { response, messages } = await client.chat.send('Hello', { return: 'minimal' });
    const page = await client.chat.history({ page: 1, pageSize: 50 });
    const lines: string[] = [
      response,
      ...messages.map(({ role, content }) => `${role}: ${content}`),
    ];
    for await (const message of client.chat.history({ pageSize: 100 })) lines.push(message.content);
    const { todayChats } = await client.stats.chat();
    const { totalMessages } = await client.stats.messages();
    return [...lines, `${todayChats} ${totalMessages} ${page.pagination.total}`];
  } catch (error) {
    if (error instanceof RateLimitError) return [`Wait ${error.retryAfterMs} ms.`];
    if (isChatError(error)) return [error.code];
    throw error;
  }
}

export async function converse(): Promise<string> {
  const socket = client.connect();
  socket.on('message', ({ role, content, timestamp }) => [role, content, timestamp]);
  socket.on('state', ({ state }) => state);
  await socket.send('Hi');
  const reply = await socket.ask('And you?');
  socket.close();
  // @ts-expect-error There is no such event.
  socket.on('mesage', () => {});
  return reply.content;
}

export function useConversation(): string[] {
  const { messages, outgoing, reply, connection, send } = useChat(client, { stream: true });
  void send(connection.state);
  return [...messages, ...outgoing].map(({ key, content }) => key + content + reply?.content);
}
