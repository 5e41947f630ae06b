import { closeCodes, headers } from '@chat/contract';
import type { Check } from '../check.js';
import type { Probe } from '../probe.js';
import type { ProbeSocket } from '../probe-socket.js';
import { expiringToken, findMessage, unique } from './expectations.js';

async function expectClose(probe: Probe, socket: ProbeSocket, code: number): Promise<void> {
  const close = await socket.waitForClose();
  probe.expectEqual(close.code, code, 'the close code');
}

/** Events of status frames that the server sends on its own, not in response to a frame. */
const unrelatedEvents = new Set(['connected', 'heartbeat', 'typing', 'delta', 'read']);

/** Sends a frame and expects a status frame that explains why it was rejected. */
async function expectErrorFrame(probe: Probe, socket: ProbeSocket, data: string | Uint8Array) {
  const from = socket.frames.length;
  socket.sendRaw(data);
  const errorFrame = await socket.nextFrame(
    ({ type, data }) => type === 'status' && !unrelatedEvents.has(String(data.event)),
    `a status frame for the frame ${String(data).slice(0, 60)}`,
    from,
  );
  probe.expect(
    typeof errorFrame.data.content === 'string' && errorFrame.data.content !== '',
    'the status frame must explain what is wrong',
  );
  return errorFrame;
}

export const socketChecks: readonly Check[] = [
  {
    id: 'WS-1',
    rule: 'A valid token opens the socket; a missing or invalid one closes it with 4401.',
    async run(probe) {
      const accepted = await probe.connect();
      await accepted.exchange(unique('The token was valid'));
      for (const token of [undefined, 'nonsense', `${await probe.token()}x`]) {
        await expectClose(probe, await probe.connect({ token }), closeCodes.unauthorized);
      }
    },
  },
  {
    id: 'WS-2',
    rule: 'No Origin, the same origin and configured origins are accepted; any other is closed with 4403.',
    needs: ['origin'],
    async run(probe) {
      const foreign = await probe.connect({ origin: 'https://evil.example' });
      await expectClose(probe, foreign, closeCodes.forbidden);
      const sameOrigin = await probe.connect({ origin: new URL(probe.harness.baseUrl).origin });
      await sameOrigin.exchange(unique('From the same origin'));
    },
  },
  {
    id: 'WS-3',
    rule: 'One socket too many is closed with 4429, and the others stay open.',
    async run(probe) {
      const otherToken = await probe.login();
      const sockets = await probe.connectAll();
      for (const token of [await probe.token(), otherToken]) {
        await expectClose(probe, await probe.connect({ token }), closeCodes.tooManyConnections);
      }
      const content = unique('We are still here');
      await sockets[0]?.exchange(content);
      for (const socket of sockets) await socket.messageFrame('user', content);
    },
  },
  {
    id: 'WS-4',
    rule: 'A message frame is stored and answered as POST /chat would.',
    async run(probe) {
      const socket = await probe.connect();
      const content = unique('Over the socket');
      const { reply } = await socket.exchange(content);
      const { messages } = await probe.history('?pageSize=2');
      probe.expectEqual(messages[1]?.content, content, 'the message in the history');
      probe.expectEqual(messages[0]?.content, reply.data.content, 'the reply in the history');
      probe.expectEqual(
        messages[1]?.timestamp,
        findMessage(probe, messages, content).timestamp,
        'its timestamp',
      );
    },
  },
  {
    id: 'WS-5',
    rule: 'Every socket of the user receives both messages, in the same order everywhere.',
    async run(probe) {
      const [one, two] = [await probe.connect(), await probe.connect()];
      const contents = ['a', 'b', 'c', 'd'].map((word) => unique(word));
      contents.forEach((content, i) => {
        (i % 2 === 0 ? one : two).send({ type: 'message', content });
      });
      const receivedAll = (socket: ProbeSocket) => socket.messages.length >= contents.length * 2;
      await one.waitUntil(() => receivedAll(one), 'all message frames on the first socket');
      await two.waitUntil(() => receivedAll(two), 'all message frames on the second socket');
      const order = (socket: ProbeSocket) =>
        socket.messages.map(({ data }) => [data.role, data.content, data.timestamp]);
      probe.expectEqual(order(two), order(one), 'the frames of the second socket');
      const users = order(one).filter(([role]) => role === 'user');
      probe.expectEqual(
        users.map(([, content]) => content).sort(),
        contents.sort(),
        'the messages',
      );
    },
  },
  {
    id: 'WS-6',
    rule: 'What is sent over REST reaches the sockets as well.',
    async run(probe) {
      const socket = await probe.connect();
      const content = unique('Over REST');
      const response = await probe.send(content);
      await socket.messageFrame('user', content);
      await socket.messageFrame('assistant', response.json?.response as string);
    },
  },
  {
    id: 'WS-7',
    rule: 'An invalid frame is answered by a status frame; the socket stays open.',
    async run(probe) {
      const socket = await probe.connect();
      const tooLong = 'x'.repeat(probe.harness.limits.contentMaxLength + 1);
      const invalid = [
        'not JSON',
        '[]',
        'null',
        '{"type":"shout","content":"hello"}',
        '{"type":"message"}',
        '{"type":"message","content":7}',
        '{"type":"message","content":"   "}',
        '{"type":"message","content":"a\\u0000b"}',
        '{"type":"message","content":"a\\ud800b"}',
        JSON.stringify({ type: 'message', content: tooLong }),
        new TextEncoder().encode('{"type":"message","content":"binary"}'),
      ];
      for (const frame of invalid) await expectErrorFrame(probe, socket, frame);
      await socket.exchange(unique('Still open'));
    },
  },
  {
    id: 'WS-8',
    rule: 'Twenty consecutive invalid frames close the socket with 1008.',
    async run(probe) {
      const socket = await probe.connect();
      for (let i = 0; i < 19; i += 1) socket.sendRaw('bad');
      await socket.exchange(unique('Nineteen are tolerated'));
      for (let i = 0; i < 20; i += 1) socket.sendRaw('bad');
      await expectClose(probe, socket, closeCodes.policyViolation);
    },
  },
  {
    id: 'WS-9',
    rule: 'A frame larger than the limit closes the socket with 1009.',
    async run(probe) {
      const socket = await probe.connect();
      socket.sendRaw('x'.repeat(8 * 1024 * 1024));
      await expectClose(probe, socket, closeCodes.messageTooBig);
    },
  },
  {
    id: 'WS-10',
    rule: 'Logout closes the sockets that were opened with its token with 4401.',
    async run(probe) {
      const token = await probe.login();
      const socket = await probe.connect({ token });
      await socket.exchange(unique('Before the logout'));
      await probe.call('logout', { token });
      await expectClose(probe, socket, closeCodes.unauthorized);
    },
  },
  {
    id: 'WS-11',
    rule: 'A socket is closed with 4401 when its token expires.',
    needs: ['token-expiry'],
    async run(probe) {
      const { token, expire } = await expiringToken(probe);
      const socket = await probe.connect({ token });
      probe.expect(socket.closed === undefined, 'the socket must be open before the expiry');
      await expire();
      await expectClose(probe, socket, closeCodes.unauthorized);
    },
  },
  {
    id: 'WS-12',
    rule: 'A stopping server closes its sockets with 1012.',
    needs: ['drain'],
    async run(probe) {
      const socket = await probe.connect();
      await socket.exchange(unique('Before the end'));
      const stopping = await probe.harness.drain?.();
      stopping?.finish();
      try {
        await expectClose(probe, socket, closeCodes.serviceRestart);
      } finally {
        await stopping?.resume();
      }
    },
  },
  {
    id: 'WS-13',
    rule: "Frames count towards the user's rate limit; a message over it is not stored.",
    async run(probe) {
      const { windowMs, messagesPerWindow } = probe.harness.limits;
      await probe.wait(windowMs + 1000);
      const socket = await probe.connect();
      for (let i = 0; i < messagesPerWindow; i += 1) {
        await socket.exchange(unique(`Frame ${i + 1} of the rate limit`));
      }
      const overLimit = unique('One frame too many');
      await expectErrorFrame(
        probe,
        socket,
        JSON.stringify({ type: 'message', content: overLimit }),
      );
      const { messages } = await probe.history('?pageSize=2');
      probe.expect(
        !messages.some(({ content }) => content === overLimit),
        'a message over the rate limit must not be stored',
      );
    },
  },
  {
    id: 'WS-14',
    rule: 'A socket that does not answer pings no longer counts.',
    needs: ['silent-client', 'clock'],
    async run(probe) {
      await probe.connectAll({ silent: true });
      for (let i = 0; i < 4; i += 1) await probe.wait(31_000);
      const next = await probe.connect();
      await next.exchange(unique('The slots are free again'));
    },
  },
  {
    id: 'WS-15',
    rule: 'A socket that reads too slowly, with more than 1 MiB unsent, is closed.',
    needs: ['slow-reader'],
    async run(probe) {
      await probe.connectAll({ neverReads: true });
      // A new socket is accepted only after the server closed one that does not read.
      // A backend without `minimal` sends longer responses, which makes the check slower.
      const short = { headers: { [headers.prefer]: 'return=minimal' } };
      const content = '🐌'.repeat(probe.harness.limits.contentMaxLength);
      let next: ProbeSocket | undefined;
      for (let i = 0; i < 40 && next === undefined; i += 1) {
        for (let sent = 0; sent < 10; sent += 1) await probe.send(content, short);
        const candidate = await probe.connect();
        const code = await candidate.rejectionCode();
        if (code === undefined) next = candidate;
      }
      probe.expect(next !== undefined, 'sockets that never read must be closed');
    },
  },
];
