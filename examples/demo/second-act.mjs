// One conversation over two sockets and a REST call, one of the lines cut in the middle.

import { Program } from '../../scripts/program.mjs';
import { Line } from './line.mjs';
import { expect, expectEqual, expectSameTexts, StepFailed, within } from './story.mjs';

const username = 'grace';
const password = 'another-unlikely-passphrase';
const quick = { backoff: { minMs: 50, maxMs: 200, minUptimeMs: 100 } };

/** The same stage as the first act's. */
export async function secondAct(story, { client: packed, folder, secret, onProgram }) {
  const { ChatClient } = packed;
  const program = new Program({
    data: `${folder}/second-act.db`,
    users: [`${username}:${password}`],
    environment: { CHAT_JWT_SECRET: secret },
  });
  onProgram(program);
  const credentials = { username, password };
  let line;
  let desk;
  let phone;

  await story.tell('open two sockets of one user, one of them over a line of ours', async () => {
    await program.start();
    line = new Line(program.port);
    await line.open();
    desk = watch(new ChatClient({ baseUrl: program.url, credentials }));
    phone = watch(new ChatClient({ baseUrl: line.url, credentials }));
    await until(() => desk.socket.state === 'open', 'The socket at the desk opening');
    await until(() => phone.socket.state === 'open', 'The socket of the phone opening');
    return 'two sockets of one user are open';
  });

  await story.tell('talk over both sockets and over REST', async () => {
    const first = await within(desk.socket.ask('From the desk: 早上好 ☀️'), 5_000, 'The reply');
    expectEqual(first.role, 'assistant', 'The role of the reply');
    await within(phone.socket.ask('From the phone: صباح الخير'), 5_000, 'The reply');
    await desk.client.chat.send('Over REST: καλημέρα');
    await sameEverywhere(desk, phone, 6);
    return 'three turns over two sockets and REST; both sockets show the same 6 messages in one order';
  });

  await story.tell('cut one line in the middle', async () => {
    line.cut();
    await until(() => phone.socket.state !== 'open', 'The phone noticing the cut');
    await within(desk.socket.ask('Are you still there?'), 5_000, 'The reply');
    await desk.client.chat.send('And over REST?');
    expectEqual(phone.messages.length, 6, 'What the phone shows while it is cut off');
    line.mend();
    await until(() => phone.recovered.length > 0, 'The recovery');
    await sameEverywhere(desk, phone, 10);
    const [gap] = phone.recovered;
    expect(gap.complete, 'The gap was not filled in full.');
    expectEqual(gap.count, 4, 'The number of recovered messages');
    return 'the line was cut for two turns and mended: 4 messages recovered, none lost, none twice';
  });

  await story.tell('write while the line is cut', async () => {
    line.cut();
    await until(() => phone.socket.state !== 'open', 'The phone noticing the cut');
    let isSent = false;
    const queued = phone.socket.send('Written in a tunnel 🚇').then(() => {
      isSent = true;
    });
    await desk.client.chat.send('Where are you?');
    expect(!isSent, 'What was written without a line counts as sent.');
    line.mend();
    await within(queued, 10_000, 'Sending what was written without a line');
    await sameEverywhere(desk, phone, 14);
    return 'what was written without a line waited, was sent once, and stands in the same place everywhere';
  });

  await story.tell('log out', async () => {
    await desk.client.logout();
    await until(() => desk.socket.state === 'closed', 'The socket at the desk closing');
    await phone.client.close();
    await until(() => phone.socket.state === 'closed', 'The socket of the phone closing');
    await desk.client.close();
    await line.close();
    expectEqual(await program.stop(), 0, "The server's exit code");
    expect(!program.log.includes(password), 'The log shows the password.');
    expect(!/token=ey/.test(program.log), 'The log shows a token.');
    return 'both sockets are closed for good, and the server ended in order';
  });
}

/** A client with its socket, and all that the socket showed. */
function watch(client) {
  const socket = client.connect(quick);
  const watched = { client, socket, messages: [], recovered: [] };
  socket.on('message', (message) => watched.messages.push(message));
  socket.on('recovered', (gap) => watched.recovered.push(gap));
  return watched;
}

/** Both sockets showed exactly what the history holds, in its order, each message once. */
async function sameEverywhere(desk, phone, count) {
  await until(() => desk.messages.length >= count, `${count} messages at the desk`);
  await until(() => phone.messages.length >= count, `${count} messages on the phone`);
  const stored = [];
  for await (const message of desk.client.chat.history({ order: 'asc' })) stored.push(message);
  expectEqual(stored.length, count, 'The number of stored messages');
  const ids = stored.map(({ id }) => id);
  for (const [name, { messages }] of Object.entries({ desk, phone })) {
    expectSameTexts(
      messages.map(({ id }) => id),
      ids,
      `messages that the ${name} showed`,
    );
  }
}

async function until(holds, what, ms = 5_000) {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new StepFailed(`${what} took longer than ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
