// One conversation over two sockets and REST, during which one connection is cut.
import { ServerProcess } from '@chat/test-support';
import { CuttableProxy } from './cuttable-proxy.mjs';
import { expect, expectEqual, expectSameTexts, StepError, withTimeout } from './reporter.mjs';

const username = 'grace';
const password = 'another-unlikely-passphrase';
const shortBackoff = { backoff: { minDelayMs: 50, maxDelayMs: 200, minUptimeMs: 100 } };

/** @param {import('./reporter.mjs').Reporter} reporter the context is the same as in the HTTP scenario */
export async function runSocketScenario(reporter, { client: packed, folder, secret, onServer }) {
  const { ChatClient } = packed;
  const server = new ServerProcess({
    data: `${folder}/socket.db`,
    users: [`${username}:${password}`],
    environment: { CHAT_JWT_SECRET: secret },
  });
  onServer(server);
  const credentials = { username, password };
  let proxy;
  let laptop;
  let phone;

  await reporter.runStep('open two sockets of one user, one of them through a proxy', async () => {
    await server.start();
    proxy = new CuttableProxy(server.port);
    await proxy.open();
    laptop = connect(new ChatClient({ baseUrl: server.url, credentials }));
    phone = connect(new ChatClient({ baseUrl: proxy.url, credentials }));
    await until(() => laptop.socket.state === 'open', 'Opening the socket of the laptop');
    await until(() => phone.socket.state === 'open', 'Opening the socket of the phone');
    return 'two sockets of one user are open';
  });

  await reporter.runStep('send messages over both sockets and over REST', async () => {
    const first = await withTimeout(
      laptop.socket.ask('From the laptop: 早上好 ☀️'),
      5_000,
      'The reply',
    );
    expectEqual(first.role, 'assistant', 'The role of the reply');
    await withTimeout(phone.socket.ask('From the phone: صباح الخير'), 5_000, 'The reply');
    await laptop.client.chat.send('Over REST: καλημέρα');
    await expectSameMessages(laptop, phone, 6);
    return 'three messages over two sockets and REST; both sockets received the same 6 messages in the same order';
  });

  await reporter.runStep('cut one connection during the conversation', async () => {
    proxy.cut();
    await until(() => phone.socket.state !== 'open', 'Detecting the cut on the phone');
    await withTimeout(laptop.socket.ask('Are you still there?'), 5_000, 'The reply');
    await laptop.client.chat.send('And over REST?');
    expectEqual(
      phone.messages.length,
      6,
      'The number of messages on the phone while it is disconnected',
    );
    proxy.restore();
    await until(() => phone.recovered.length > 0, 'The recovery');
    await expectSameMessages(laptop, phone, 10);
    const [gap] = phone.recovered;
    expect(gap.complete, 'The recovery was incomplete.');
    expectEqual(gap.count, 4, 'The number of recovered messages');
    return 'the connection was cut for two messages and restored: 4 messages recovered, none lost, none duplicated';
  });

  await reporter.runStep('send while disconnected', async () => {
    proxy.cut();
    await until(() => phone.socket.state !== 'open', 'Detecting the cut on the phone');
    let isSent = false;
    const queued = phone.socket.send('Written in a tunnel 🚇').then(() => {
      isSent = true;
    });
    await laptop.client.chat.send('Where are you?');
    expect(!isSent, 'A message that was sent while disconnected was reported as sent.');
    proxy.restore();
    await withTimeout(queued, 10_000, 'Sending the queued message');
    await expectSameMessages(laptop, phone, 14);
    return 'the message waited in the queue, was sent once, and has the same position on both devices';
  });

  await reporter.runStep('log out', async () => {
    await laptop.client.logout();
    await until(() => laptop.socket.state === 'closed', 'Closing the socket of the laptop');
    await phone.client.close();
    await until(() => phone.socket.state === 'closed', 'Closing the socket of the phone');
    await laptop.client.close();
    await proxy.close();
    expectEqual(await server.stop(), 0, "The server's exit code");
    expect(!server.log.includes(password), 'The log contains the password.');
    expect(!/token=ey/.test(server.log), 'The log contains a token.');
    return 'both sockets are closed, and the server shut down gracefully';
  });
}

/** A client with its socket, and everything that the socket received. */
function connect(client) {
  const socket = client.connect(shortBackoff);
  const device = { client, socket, messages: [], recovered: [] };
  socket.on('message', (message) => device.messages.push(message));
  socket.on('recovered', (gap) => device.recovered.push(gap));
  return device;
}

/** Both sockets received exactly the messages of the history, in the same order, each once. */
async function expectSameMessages(laptop, phone, count) {
  await until(() => laptop.messages.length >= count, `Receiving ${count} messages on the laptop`);
  await until(() => phone.messages.length >= count, `Receiving ${count} messages on the phone`);
  const stored = [];
  for await (const message of laptop.client.chat.history({ order: 'asc' })) stored.push(message);
  expectEqual(stored.length, count, 'The number of stored messages');
  const ids = stored.map(({ id }) => id);
  for (const [name, { messages }] of Object.entries({ laptop, phone })) {
    expectSameTexts(
      messages.map(({ id }) => id),
      ids,
      `messages on the ${name}`,
    );
  }
}

async function until(condition, what, ms = 5_000) {
  const deadline = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > deadline) throw new StepError(`${what} took longer than ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
