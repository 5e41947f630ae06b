import { CuttableProxy } from '../demo/cuttable-proxy.mjs';

const user = { username: 'ada', password: 's3cret' };

/** A proxy that cuts connections. It has one address for the chat servers of all tests. */
export async function openProxy() {
  const proxy = new CuttableProxy();
  await proxy.open();
  return proxy;
}

/**
 * The real server behind the proxy. Each reply is "Good morning.", and waits after its first word
 * until `finishReplies()`.
 */
export async function startBackend(load, origin, proxy) {
  const { createChatServer } = await load('@chat/server');
  const { ChatClient } = await load('@chat/client');
  let finishReplies;
  const finished = new Promise((resolve) => {
    finishReplies = resolve;
  });
  const server = await createChatServer({
    users: [user],
    corsOrigins: [origin],
    limits: { messagesPerWindow: 1000 },
    assistant: {
      async *reply() {
        yield 'Good ';
        await finished;
        yield 'morning.';
      },
    },
  });
  const baseUrl = await server.listen({ port: 0, host: '127.0.0.1' });
  proxy.targetPort = Number(new URL(baseUrl).port);
  proxy.restore();
  const otherDevice = new ChatClient({ baseUrl, credentials: user });
  return {
    user,
    /** Another client of the same user, whose connections are never cut. */
    otherDevice,
    finishReplies,
    async close() {
      finishReplies();
      await otherDevice.close();
      proxy.cut();
      await server.close();
    },
  };
}
