// One socket of the client on a server that is no good, then `close()`: the process has to end by itself.
const { CHAT_WEB_SOCKET, CHAT_BAD_SERVER, CHAT_STATE } = process.env;
if (CHAT_WEB_SOCKET === 'none') delete globalThis.WebSocket;
else if (typeof WebSocket !== 'function') throw new Error('There is no global WebSocket here.');

const { ChatClient } = await import('@chat/client');
const client = new ChatClient({ baseUrl: CHAT_BAD_SERVER, token: 'any' });
const socket = client.connect({
  connectTimeoutMs: 1000,
  backoff: { minMs: 20, maxMs: 50 },
});
await new Promise((resolve) => {
  socket.on('state', ({ state }) => state === CHAT_STATE && resolve());
});
socket.close();
await client.close();
