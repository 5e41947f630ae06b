// Runs the suite with the client loaded by `import`. The process must end by itself.
import { suite } from './suite.mjs';

const { CHAT_TEST_SERVER, CHAT_WEB_SOCKET } = process.env;
if (CHAT_WEB_SOCKET === 'none') delete globalThis.WebSocket;
else if (typeof WebSocket !== 'function') throw new Error('There is no global WebSocket here.');

const packed = await import('@chat/client');
console.log(JSON.stringify(await suite(packed, JSON.parse(CHAT_TEST_SERVER))));
