/** @jest-environment jsdom */
// jsdom has no TextEncoder and no fetch.
const { ChatClient } = require('@chat/client');

test('the client can be imported and created', async () => {
  expect(typeof TextEncoder).toBe('undefined');
  const client = new ChatClient({
    baseUrl: 'https://chat.example.com',
    token: 't',
    fetch: () => {},
  });
  await client.close();
});
