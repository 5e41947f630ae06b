// The suite is built as CommonJS, which Jest reads without a transform.
const packed = require('@chat/client');
const { suite } = require('./suite.cjs');

test('everything', async () => {
  const done = await suite(packed, JSON.parse(process.env.CHAT_TEST_SERVER));
  expect(done.at(-1)).toBe('close');
}, 60_000);
