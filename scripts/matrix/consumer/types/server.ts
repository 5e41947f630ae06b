// The program of a user: it must compile with the packed server.
import { chatPlugin, createChatServer, echoAssistant } from '@chat/server';

export async function start(): Promise<string> {
  const app = await createChatServer({
    users: [{ username: 'ada', password: 's3cret' }],
    assistant: echoAssistant(),
  });
  return app.listen({ port: 0 });
}

export async function mount(): Promise<void> {
  const app = await createChatServer({});
  await app.register(chatPlugin, { users: [] });
}
