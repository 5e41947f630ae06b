// Runs the suite without what old versions of React Native and old browsers do not have.
import { suite } from './suite.mjs';

// Node itself creates a TextEncoder when fetch is used for the first time.
await fetch('data:,');
for (const name of ['crypto', 'navigator', 'TextEncoder']) delete globalThis[name];
delete AbortSignal.any;
delete AbortSignal.timeout;
delete AbortSignal.prototype.throwIfAborted;

const packed = await import('@chat/client');
console.log(JSON.stringify(await suite(packed, JSON.parse(process.env.CHAT_TEST_SERVER))));
