// Runs the suite with the client loaded by `require`.
const { CHAT_TEST_SERVER, CHAT_WEB_SOCKET } = process.env;
if (CHAT_WEB_SOCKET === 'none') delete globalThis.WebSocket;
else if (typeof WebSocket !== 'function') throw new Error('There is no global WebSocket here.');

const packed = require('@chat/client');
import('./suite.mjs')
  .then(({ suite }) => suite(packed, JSON.parse(CHAT_TEST_SERVER)))
  .then((done) => console.log(JSON.stringify(done)));
