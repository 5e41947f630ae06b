// Opens a socket to a faulty server and closes the client: the process must end by itself.
const { CHAT_WEB_SOCKET, CHAT_FAULTY_SERVER, CHAT_STATE } = process.env;
if (CHAT_WEB_SOCKET === 'none') delete globalThis.WebSocket;
else if (typeof WebSocket !== 'function') throw new Error('There is no global WebSocket here.');

const { ChatClient } = await import('@chat/client');
const client = new ChatClient({ baseUrl: CHAT_FAULTY_SERVER, token: 'any' });
const socket = client.connect({
  connectTimeoutMs: 1000,
  backoff: { minDelayMs: 20, maxDelayMs: 50 },
});
await new Promise((resolve) => {
  socket.on('state', ({ state }) => state === CHAT_STATE && resolve());
});
socket.close();
await client.close();
