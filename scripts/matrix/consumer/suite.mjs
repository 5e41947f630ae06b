// What must work in every environment. Only web standards are used, so that one file runs in Node, Bun, Deno, workerd,
// pages, Jest and Vitest.

/**
 * @param {typeof import('@chat/client')} packed the client, however it was loaded
 * @param {{ url: string, control: string }} server the addresses that test-server.mjs prints
 * @returns {Promise<string[]>} the steps, in order
 */
export async function suite({ ChatClient, isChatError }, server) {
  const control = async (command, text = '') => {
    const response = await fetch(`${server.control}/${command}`, { method: 'POST', body: text });
    if (!response.ok) throw new Error(`${command} failed: ${await response.text()}`);
    return response.json();
  };
  const credentials = await control('nextUser');
  const done = [];
  const refreshes = [];
  let slept = 0;
  const client = new ChatClient({
    baseUrl: server.url,
    credentials,
    // A longer wait fails at once, so that the suite sees the rate limit.
    retry: { maxWaitMs: 5_000 },
    now: () => Date.now() + slept,
    hooks: { onTokenRefreshed: ({ reason }) => refreshes.push(reason) },
  });

  done.push('log in');
  const wrongPassword = new ChatClient({
    baseUrl: server.url,
    credentials: { ...credentials, password: 'wrong' },
  });
  const loginError = await failureOf(wrongPassword.login());
  equal(isChatError(loginError, 'authentication_failed'), true, String(loginError));
  await wrongPassword.close();
  await client.login();

  done.push('chat');
  const { response, messages } = await client.chat.send('Grüße, 早上好 ☀️');
  equal(response, 'Grüße, 早上好 ☀️', 'the reply');
  equal(messages.length, 2, 'the length of the session');

  done.push('history');
  await client.chat.send('Two');
  await client.chat.send('Three');
  const first = await client.chat.history({ pageSize: 4 });
  equal(first.pagination.total, 6, 'the total');
  equal(first.hasNextPage(), true, 'whether there is a second page');
  const second = await first.nextPage();
  equal(second.messages.length, 2, 'the length of the second page');
  const all = [];
  for await (const { content } of client.chat.history({ pageSize: 4 })) all.push(content);
  equal(all.join(), 'Three,Three,Two,Two,Grüße, 早上好 ☀️,Grüße, 早上好 ☀️', 'the history');

  done.push('rate limit');
  let limit;
  for (let sent = 3; limit === undefined; sent += 1) {
    if (sent > 10) throw new Error('The limit was not reached.');
    limit = await failureOf(client.chat.send(`Number ${sent}`));
  }
  equal(isChatError(limit, 'rate_limited'), true, String(limit));
  equal(limit.retryAfterMs > 0 && limit.retryAfterMs <= 60_000, true, 'retryAfterMs');
  // A minute on both clocks. The hours below pass on the server only.
  slept = 60_000;
  await control('advance', String(slept));
  await client.chat.send('A minute later');

  done.push('token expiry');
  await control('advance', String(2 * 3_600_000));
  await Promise.all([client.stats.chat(), client.stats.messages(), client.chat.history()]);
  equal(refreshes.join(), 'initial,rejected', 'the refreshes');

  done.push('connect');
  const socket = client.connect({ stream: true, backoff: { minDelayMs: 20, maxDelayMs: 100 } });
  const received = [];
  const chunks = [];
  const recovered = [];
  const states = [];
  socket.on('message', (message) => received.push(message));
  socket.on('delta', ({ content }) => chunks.push(content));
  socket.on('recovered', (result) => recovered.push(result));
  socket.on('state', ({ state }) => states.push(state));
  const reply = await socket.ask('Over the socket');
  equal(reply.content, 'Over the socket', 'the reply over the socket');
  equal(chunks.join('|'), 'Over |the |socket', 'the chunks of the reply');

  done.push('cut');
  await control('cutConnections');
  await until(() => socket.state !== 'open', 'noticing the cut');
  const queued = socket.send('Sent while disconnected');
  await control('sendMessage', 'Meanwhile');
  equal(received.length, 2, 'the messages received while disconnected');

  done.push('recover');
  await control('restore');
  await queued;
  await until(() => recovered.length > 0 && received.length >= 6, 'the recovery');
  equal(recovered[0].complete, true, 'whether the recovery is complete');
  const stored = [];
  for await (const { id } of client.chat.history({ order: 'asc' })) stored.push(id);
  const ids = received.map(({ id }) => id);
  equal(ids.join(), stored.slice(-6).join(), 'the messages, in the order of the history');

  done.push('close');
  socket.close();
  equal(states.at(-1), 'closed', 'the last state');
  await client.logout();
  await client.close();
  equal(
    isChatError(await failureOf(client.stats.chat()), 'client_closed'),
    true,
    'a call after close()',
  );
  return done;
}

async function failureOf(promise) {
  return promise.then(
    () => undefined,
    (error) => error,
  );
}

function equal(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

async function until(condition, what) {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} took too long`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
