// A stranger's program: it has to type-check against the packed server.
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
