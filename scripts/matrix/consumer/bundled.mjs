// Runs the suite with the client in one bundled file. A CommonJS bundle cannot wait at the top level.
import * as packed from '@chat/client';
import { suite } from './suite.mjs';

// Node 20 has no WebSocket; newer versions must work in the same way without theirs.
delete globalThis.WebSocket;
suite(packed, JSON.parse(process.env.CHAT_TEST_SERVER)).then((done) =>
  console.log(JSON.stringify(done)),
);
