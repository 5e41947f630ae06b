import { closeCodes, headers } from '@chat/contract';
import type { Check } from '../check.js';
import type { Probe } from '../probe.js';
import type { ProbeSocket } from '../probe-socket.js';
import { decodePart, find, unique } from './expectations.js';

async function expectClosing(probe: Probe, socket: ProbeSocket, code: number): Promise<void> {
  const closing = await socket.closing();
  probe.expectEqual(closing.code, code, 'the close code');
}

/** Status frames that come by themselves and are no answer to a frame. */
const chatter = new Set(['connected', 'heartbeat', 'typing', 'delta', 'read']);

/** A frame that cannot be used must be answered by a status frame that says why. */
async function expectComplaint(probe: Probe, socket: ProbeSocket, data: string | Uint8Array) {
  const from = socket.frames.length;
  socket.sendRaw(data);
  const complaint = await socket.next(
    ({ type, data }) => type === 'status' && !chatter.has(String(data.event)),
    `an answer to the frame ${String(data).slice(0, 60)}`,
    from,
  );
  probe.expect(
    typeof complaint.data.content === 'string' && complaint.data.content !== '',
    'the status frame must say what was wrong',
  );
  return complaint;
}

export const socketChecks: readonly Check[] = [
  {
    id: 'WS-1',
    layer: 'core',
    says: 'A good token opens the socket; a missing or wrong one closes it with 4401.',
    async run(probe) {
      const good = await probe.socket();
      await good.exchange(unique('The token was good'));
      for (const token of [undefined, 'nonsense', `${await probe.token()}x`]) {
        await expectClosing(probe, await probe.socket({ token }), closeCodes.unauthorized);
      }
    },
  },
  {
    id: 'WS-2',
    layer: 'core',
    says: 'No origin, the own one and configured ones pass; any other closes with 4403.',
    needs: ['origin'],
    async run(probe) {
      const foreign = await probe.socket({ origin: 'https://evil.example' });
      await expectClosing(probe, foreign, closeCodes.forbidden);
      const own = await probe.socket({ origin: new URL(probe.harness.baseUrl).origin });
      await own.exchange(unique('From the own origin'));
    },
  },
  {
    id: 'WS-3',
    layer: 'core',
    says: 'One socket too many is closed with 4429, and the others live on.',
    async run(probe) {
      const sockets: ProbeSocket[] = [];
      for (let i = 0; i < probe.harness.limits.socketsPerUser; i += 1) {
        sockets.push(await probe.socket());
      }
      await expectClosing(probe, await probe.socket(), closeCodes.tooManyConnections);
      const content = unique('We are still here');
      await sockets[0]?.exchange(content);
      for (const socket of sockets) await socket.message('user', content);
    },
  },
  {
    id: 'WS-4',
    layer: 'core',
    says: 'A message frame is stored and answered as POST /chat would.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Over the socket');
      const { reply } = await socket.exchange(content);
      const { messages } = await probe.history('?pageSize=2');
      probe.expectEqual(messages[1]?.content, content, 'the message in the history');
      probe.expectEqual(messages[0]?.content, reply.data.content, 'the reply in the history');
      probe.expectEqual(
        messages[1]?.timestamp,
        find(probe, messages, content).timestamp,
        'its time',
      );
    },
  },
  {
    id: 'WS-5',
    layer: 'core',
    says: 'Every socket of the user receives both messages, in the same order everywhere.',
    async run(probe) {
      const [one, two] = [await probe.socket(), await probe.socket()];
      const contents = ['a', 'b', 'c', 'd'].map((word) => unique(word));
      contents.forEach((content, i) => {
        (i % 2 === 0 ? one : two).send({ type: 'message', content });
      });
      const told = (socket: ProbeSocket) => socket.messages.length >= contents.length * 2;
      await one.until(() => told(one), 'all message frames on the first socket');
      await two.until(() => told(two), 'all message frames on the second socket');
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
    layer: 'core',
    says: 'What is sent over REST reaches the sockets as well.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Over REST');
      const answer = await probe.send(content);
      await socket.message('user', content);
      await socket.message('assistant', answer.json?.response as string);
    },
  },
  {
    id: 'WS-7',
    layer: 'core',
    says: 'A frame that cannot be used is answered by a status frame; the socket lives.',
    async run(probe) {
      const socket = await probe.socket();
      const tooLong = 'x'.repeat(probe.harness.limits.contentMaxLength + 1);
      const bad = [
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
      for (const frame of bad) await expectComplaint(probe, socket, frame);
      await socket.exchange(unique('Still alive'));
    },
  },
  {
    id: 'WS-8',
    layer: 'core',
    says: 'Twenty bad frames in a row close the socket with 1008.',
    async run(probe) {
      const socket = await probe.socket();
      for (let i = 0; i < 19; i += 1) socket.sendRaw('bad');
      await socket.exchange(unique('Nineteen are forgiven'));
      for (let i = 0; i < 20; i += 1) socket.sendRaw('bad');
      await expectClosing(probe, socket, closeCodes.policyViolation);
    },
  },
  {
    id: 'WS-9',
    layer: 'core',
    says: 'A frame larger than the server takes closes the socket with 1009.',
    async run(probe) {
      const socket = await probe.socket();
      socket.sendRaw('x'.repeat(8 * 1024 * 1024));
      await expectClosing(probe, socket, closeCodes.messageTooBig);
    },
  },
  {
    id: 'WS-10',
    layer: 'core',
    says: 'Logout closes the sockets that were opened with its token with 4401.',
    async run(probe) {
      const token = await probe.login();
      const socket = await probe.socket({ token });
      await socket.exchange(unique('Before the logout'));
      await probe.call('logout', { token });
      await expectClosing(probe, socket, closeCodes.unauthorized);
    },
  },
  {
    id: 'WS-11',
    layer: 'core',
    says: 'A socket is closed with 4401 when its token expires.',
    needs: ['clock'],
    async run(probe) {
      const token = await probe.login();
      const socket = await probe.socket({ token });
      const { iat, exp } = decodePart(token, 1) as { iat: number; exp: number };
      await probe.wait((exp - iat + 1) * 1000);
      await expectClosing(probe, socket, closeCodes.unauthorized);
    },
  },
  {
    id: 'WS-12',
    layer: 'core',
    says: 'A stopping server closes its sockets with 1012.',
    needs: ['drain'],
    async run(probe) {
      const socket = await probe.socket();
      await socket.exchange(unique('Before the end'));
      const stopping = await probe.harness.drain?.();
      stopping?.finish();
      try {
        await expectClosing(probe, socket, closeCodes.serviceRestart);
      } finally {
        await stopping?.resume();
      }
    },
  },
  {
    id: 'WS-13',
    layer: 'core',
    says: "Frames spend the user's allowance; what is over it is not stored.",
    async run(probe) {
      const { windowMs, messagesPerWindow } = probe.harness.limits;
      await probe.wait(windowMs + 1000);
      const socket = await probe.socket();
      for (let i = 0; i < messagesPerWindow; i += 1) {
        await socket.exchange(unique(`Frame ${i + 1} of the allowance`));
      }
      const over = unique('One frame too many');
      await expectComplaint(probe, socket, JSON.stringify({ type: 'message', content: over }));
      const { messages } = await probe.history('?pageSize=2');
      probe.expect(
        !messages.some(({ content }) => content === over),
        'a message over the allowance must not be stored',
      );
    },
  },
  {
    id: 'WS-14',
    layer: 'core',
    says: 'A socket that does not answer pings stops counting.',
    needs: ['silent-client', 'clock'],
    async run(probe) {
      for (let i = 0; i < probe.harness.limits.socketsPerUser; i += 1) {
        await probe.socket({ silent: true });
      }
      for (let i = 0; i < 4; i += 1) await probe.wait(31_000);
      const next = await probe.socket();
      await next.exchange(unique('The dead made room'));
    },
  },
  {
    id: 'WS-15',
    layer: 'core',
    says: 'A socket that reads too slowly, with more than 1 MiB waiting, is closed.',
    needs: ['slow-reader'],
    async run(probe) {
      const deaf: ProbeSocket[] = [];
      for (let i = 0; i < probe.harness.limits.socketsPerUser; i += 1) {
        deaf.push(await probe.socket({ deaf: true }));
      }
      // Room for a new socket can only come from those that do not read.
      // Where `minimal` is not known, the answers are longer and the check slower.
      const short = { headers: { [headers.prefer]: 'return=minimal' } };
      const content = '🐌'.repeat(probe.harness.limits.contentMaxLength);
      let next: ProbeSocket | undefined;
      for (let i = 0; i < 40 && next === undefined; i += 1) {
        for (let sent = 0; sent < 10; sent += 1) await probe.send(content, short);
        const tried = await probe.socket();
        const code = await tried.verdict();
        if (code === undefined) next = tried;
      }
      probe.expect(next !== undefined, 'sockets that never read must be closed at last');
    },
  },
];
