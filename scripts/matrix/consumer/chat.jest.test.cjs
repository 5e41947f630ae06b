// Jest takes CommonJS as it comes; the suite is turned into it first.
const packed = require('@chat/client');
const { suite } = require('./suite.cjs');

test('everything', async () => {
  const done = await suite(packed, JSON.parse(process.env.CHAT_STAGE));
  expect(done.at(-1)).toBe('close');
}, 60_000);
