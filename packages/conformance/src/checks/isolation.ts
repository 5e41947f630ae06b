import type { Check } from '../check.js';
import type { Capability, Credentials } from '../harness.js';
import { messagesOf, type Probe } from '../probe.js';
import type { Frame, ProbeSocket } from '../probe-socket.js';
import { idOf, keyHeader, replyOf, unique } from './expectations.js';
import { trySend, waitForReset } from './limits.js';

const needs: readonly Capability[] = ['second-user'];

interface Person {
  readonly token: string;
  readonly credentials: Credentials | undefined;
}

/** Runs a test in both directions, because a backend may protect only one of the users. */
async function inBothDirections(
  probe: Probe,
  test: (user: Person, other: Person) => Promise<void>,
): Promise<void> {
  const [one, two] = await probe.bothTokens();
  const ada = { token: one, credentials: probe.harness.user };
  const bob = { token: two, credentials: probe.harness.secondUser };
  await test(ada, bob);
  await test(bob, ada);
}

/** Ends the session of a user; the shared token stays valid. */
async function endSession(probe: Probe, { credentials }: Person): Promise<void> {
  await probe.call('logout', { token: await probe.login(credentials) });
}

/** Sends a message over HTTP and one over a WebSocket. */
async function talk(probe: Probe, token: string): Promise<void> {
  await probe.send(unique('From one user, over HTTP'), { token });
  const socket = await probe.connect({ token });
  await socket.exchange(unique('From one user, over a socket'));
  socket.close();
  await socket.waitForClose();
}

/** Expects that a user's data do not change while another user starts a session and sends messages. */
function expectUnaffected(
  description: string,
  read: (probe: Probe, token: string) => Promise<unknown>,
): (probe: Probe) => Promise<void> {
  return (probe) =>
    inBothDirections(probe, async ({ token }, other) => {
      await probe.send(unique('Before the other user talks'), { token });
      const before = await read(probe, token);
      await endSession(probe, other);
      await talk(probe, other.token);
      const after = await read(probe, token);
      probe.expectEqual(after, before, `${description} after another user sent messages`);
    });
}

const isMessage = ({ type }: Frame) => type === 'message';
const isUnprompted = ({ data }: Frame) => data.event === 'connected' || data.event === 'heartbeat';

/** Expects that one socket receives no frame because of the other user's messages. */
async function expectSilence(
  probe: Probe,
  listener: ProbeSocket,
  talker: ProbeSocket,
  talkerToken: string,
): Promise<void> {
  const from = listener.frames.length;
  await probe.send(unique('For my own sockets only'), { token: talkerToken });
  await talker.exchange(unique('And this one'));
  const foreign = listener.frames.slice(from).filter((frame) => !isUnprompted(frame));
  probe.expectEqual(foreign, [], "the frames that another user's messages caused");
  // Frames arrive in order: those of the other user would come before this message.
  const { user } = await listener.exchange(unique('Nothing before this'));
  const first = listener.frames.slice(from).find(isMessage);
  probe.expectEqual(first, user, "the first message frame after another user's messages");
}

export const isolationChecks: readonly Check[] = [
  {
    id: 'ISO-1',
    rule: 'The history and its total contain no message of another user.',
    needs,
    run: expectUnaffected('the history', async (probe, token) => {
      const { messages, total } = await probe.history('?pageSize=100', token);
      return { total, messages: messages.map(({ role, content }) => [role, content]) };
    }),
  },
  {
    id: 'ISO-2',
    rule: 'A socket receives no frame of another user.',
    needs,
    async run(probe) {
      const [one, two] = await probe.bothTokens();
      for (const token of [one, two]) await probe.send(unique('Before the sockets'), { token });
      // With an extension that a backend may ignore: deltas are frames too.
      const ada = await probe.connect({ token: one, query: 'stream=1' });
      const bob = await probe.connect({ token: two, query: 'stream=1' });
      await expectSilence(probe, bob, ada, one);
      await expectSilence(probe, ada, bob, two);
      // Each user has sent three messages since then and received as many replies.
      for (const socket of [ada, bob]) {
        await socket.waitUntil(() => socket.messages.length >= 6, "a user's six message frames");
        probe.expectEqual(socket.messages.length, 6, "the number of a user's message frames");
      }
    },
  },
  {
    id: 'ISO-3',
    rule: "Another user's messages and logouts do not change a session.",
    needs,
    run: (probe) =>
      inBothDirections(probe, async ({ token }, other) => {
        const contents = [unique('Before the other user'), unique('After the other user')];
        await probe.send(contents[0] as string, { token });
        await talk(probe, other.token);
        await endSession(probe, other);
        const response = await probe.send(contents[1] as string, { token });
        const session = messagesOf(response).filter(({ role }) => role === 'user');
        probe.expectEqual(
          session.slice(-2).map(({ content }) => content),
          contents,
          "the user's last two messages of the session",
        );
      }),
  },
  {
    id: 'ISO-4',
    rule: "Another user's messages do not change the statistics.",
    needs,
    run: expectUnaffected('the statistics', async (probe, token) => {
      const chats = (await probe.call('chatStats', { token })).json ?? {};
      const messages = (await probe.call('messageStats', { token })).json ?? {};
      // The counters of today are left out: they change at midnight.
      const { totalChats, avgResponseTime, satisfactionRate } = chats;
      const { totalMessages, avgMessagesPerChat } = messages;
      return { totalChats, avgResponseTime, satisfactionRate, totalMessages, avgMessagesPerChat };
    }),
  },
  {
    id: 'ISO-5',
    rule: 'Open sockets are counted per user.',
    needs,
    async run(probe) {
      const users: ProbeSocket[][] = [];
      for (const token of await probe.bothTokens()) {
        await probe.send(unique('Before the sockets'), { token });
        users.push(await probe.connectAll({ token }));
      }
      for (const sockets of users) {
        const content = unique('All of our sockets are open');
        await sockets[0]?.exchange(content);
        for (const socket of sockets) await socket.messageFrame('user', content);
      }
    },
  },
  {
    id: 'ISO-6',
    rule: 'Messages are counted per user: the limit of one user is not used up by another.',
    needs,
    async run(probe) {
      const tokens = await probe.bothTokens();
      await waitForReset(probe);
      for (let i = 1; i <= probe.harness.limits.messagesPerWindow; i += 1) {
        for (const token of tokens) {
          const response = await trySend(probe, token, unique(`Message ${i} of each user`));
          probe.expectStatus(response, 200);
        }
      }
      for (const token of tokens) {
        probe.expectError(await trySend(probe, token, unique('One too many')), 429);
      }
    },
  },
];

export const isolationExtensionChecks: readonly Check[] = [
  {
    id: 'FILTER-3',
    extension: 'history-filters',
    rule: "Another user's session is a 404.",
    needs,
    run: (probe) =>
      inBothDirections(probe, async ({ token }, { token: other }) => {
        const { sessionId } = replyOf(
          probe,
          await probe.send(unique('Not yours'), { token: other }),
        );
        const query = `?sessionId=${encodeURIComponent(String(sessionId))}`;
        probe.expectStatus(await probe.call('history', { token: other, query }), 200);
        probe.expectError(await probe.call('history', { token, query }), 404);
      }),
  },
  {
    id: 'SESS-2',
    extension: 'sessions',
    rule: 'The list contains no session of another user.',
    needs,
    run: expectUnaffected('the sessions', async (probe, token) => {
      const response = await probe.call('sessions', { token, query: '?pageSize=100' });
      probe.expectStatus(response, 200);
      return response.json;
    }),
  },
  {
    id: 'FEED-3',
    extension: 'feedback',
    rule: "Another user's reply cannot be rated: it is a 404.",
    needs,
    run: (probe) =>
      inBothDirections(probe, async ({ token }, { token: other }) => {
        const reply = replyOf(probe, await probe.send(unique('Not yours'), { token: other }));
        const body = { messageId: idOf(probe, reply), satisfied: true };
        probe.expectError(await probe.call('feedback', { token, body }), 404);
      }),
  },
  {
    id: 'IDEM-5',
    extension: 'idempotency',
    rule: "An Idempotency-Key belongs to its user: another user's same key is a new request.",
    needs,
    run: (probe) =>
      inBothDirections(probe, async ({ token }, { token: other }) => {
        const headers = keyHeader(unique('key'));
        await probe.send(unique('With a key'), { token: other, headers });
        const content = unique('With the same key');
        const response = await probe.send(content, { token, headers });
        const session = messagesOf(response).filter(({ role }) => role === 'user');
        probe.expectEqual(session.at(-1)?.content, content, "the user's newest message");
      }),
  },
];
