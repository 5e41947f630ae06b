// What every runtime has to be able to do. Nothing but the platform's own standards is used here, so that one file serves
// Node, Bun, Deno, workerd, pages, Jest and Vitest.

/**
 * @param {typeof import('@chat/client')} packed the client, however it was loaded
 * @param {{ url: string, control: string }} stage what stage.mjs said
 * @returns {Promise<string[]>} what was done, in order
 */
export async function suite({ ChatClient, isChatError }, stage) {
  const control = async (order, text = '') => {
    const response = await fetch(`${stage.control}/${order}`, { method: 'POST', body: text });
    if (!response.ok) throw new Error(`The stage could not ${order}: ${await response.text()}`);
    return response.json();
  };
  const credentials = await control('enter');
  const done = [];
  const refreshes = [];
  let slept = 0;
  const client = new ChatClient({
    baseUrl: stage.url,
    credentials,
    // Longer waits fail at once, and so tell that there was one.
    retry: { maxWaitMs: 5_000 },
    now: () => Date.now() + slept,
    hooks: { onTokenRefreshed: ({ reason }) => refreshes.push(reason) },
  });

  done.push('log in');
  const stranger = new ChatClient({
    baseUrl: stage.url,
    credentials: { ...credentials, password: 'wrong' },
  });
  const refusal = await failureOf(stranger.login());
  equal(isChatError(refusal, 'authentication_failed'), true, String(refusal));
  await stranger.close();
  await client.login();

  done.push('chat');
  const { response, messages } = await client.chat.send('Grüße, 早上好 ☀️');
  equal(response, 'Grüße, 早上好 ☀️', 'the reply');
  equal(messages.length, 2, 'the length of the session');

  done.push('page');
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

  done.push('be limited');
  let limit;
  for (let sent = 3; limit === undefined; sent += 1) {
    if (sent > 10) throw new Error('The limit was not reached.');
    limit = await failureOf(client.chat.send(`Number ${sent}`));
  }
  equal(isChatError(limit, 'rate_limited'), true, String(limit));
  equal(limit.retryAfterMs > 0 && limit.retryAfterMs <= 60_000, true, 'retryAfterMs');
  // A minute for both of them; the hours below go by on the server alone.
  slept = 60_000;
  await control('advance', String(slept));
  await client.chat.send('A minute later');

  done.push('expire');
  await control('advance', String(2 * 3_600_000));
  await Promise.all([client.stats.chat(), client.stats.messages(), client.chat.history()]);
  equal(refreshes.join(), 'initial,rejected', 'the refreshes');

  done.push('connect');
  const socket = client.connect({ stream: true, backoff: { minMs: 20, maxMs: 100 } });
  const shown = [];
  const pieces = [];
  const recovered = [];
  const states = [];
  socket.on('message', (message) => shown.push(message));
  socket.on('delta', ({ content }) => pieces.push(content));
  socket.on('recovered', (result) => recovered.push(result));
  socket.on('state', ({ state }) => states.push(state));
  const reply = await socket.ask('Over the socket');
  equal(reply.content, 'Over the socket', 'the reply over the socket');
  equal(pieces.join('|'), 'Over |the |socket', 'the pieces of the reply');

  done.push('be cut');
  await control('cut');
  await until(() => socket.state !== 'open', 'the cut being noticed');
  const queued = socket.send('Written without a line');
  await control('say', 'Meanwhile');
  equal(shown.length, 2, 'what is shown while the line is cut');

  done.push('recover');
  await control('mend');
  await queued;
  await until(() => recovered.length > 0 && shown.length >= 6, 'the recovery');
  equal(recovered[0].complete, true, 'whether the gap was filled');
  const stored = [];
  for await (const { id } of client.chat.history({ order: 'asc' })) stored.push(id);
  const ids = shown.map(({ id }) => id);
  equal(ids.join(), stored.slice(-6).join(), 'what was shown, in the order of the history');

  done.push('close');
  socket.close();
  equal(states.at(-1), 'closed', 'the last state');
  await client.logout();
  await client.close();
  equal(
    isChatError(await failureOf(client.stats.chat()), 'client_closed'),
    true,
    'a call after it',
  );
  return done;
}

async function failureOf(promise) {
  return promise.then(
    () => undefined,
    (error) => error,
  );
}

function equal(actual, wanted, what) {
  if (actual !== wanted) throw new Error(`${what}: ${actual} and not ${wanted}`);
}

async function until(holds, what) {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} took too long`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
