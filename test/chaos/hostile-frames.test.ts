import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createChatServer } from '@chat/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import { expectNoLeaks } from '../support/leaks.js';
import { frameBytes, opcodes, RawWebSocket } from '../support/raw-web-socket.js';

const users = ['mallory', 'ada'].map((username) => ({ username, password: 's3cret' }));
const outboxMaxBytes = 1_048_576;

expectNoLeaks();

let app: Awaited<ReturnType<typeof createChatServer>>;
let port: number;

beforeEach(async () => {
  app = await createChatServer({
    users,
    passwords: cheapHasher,
    metrics: false,
    limits: { messagesPerWindow: 100_000, loginsPerWindow: 1000, outboxMaxBytes },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = app.server.address() as { port: number });
});

afterEach(async () => {
  for (const socket of app.websocketServer.clients) socket.terminate();
  await app.close();
});

async function login(username: string): Promise<string> {
  const payload = { username, password: 's3cret' };
  const response = await app.inject({ method: 'POST', url: '/api/v1/login', payload });
  return response.json<{ access_token: string }>().access_token;
}

async function connect(username: string, options?: { neverReads: boolean }): Promise<RawWebSocket> {
  return RawWebSocket.connect(port, `/ws/chat?token=${await login(username)}`, options);
}

async function sendMessage(socket: RawWebSocket, content: string): Promise<void> {
  await socket.send({
    opcode: opcodes.text,
    payload: JSON.stringify({ type: 'message', content }),
  });
}

function messagesOf(socket: RawWebSocket): string[] {
  return socket.frames
    .filter(({ type }) => type === 'message')
    .map(({ data }) => `${data.role}: ${data.content}`);
}

/** Another user chats during the attack and must receive every message and every reply, in order. */
async function expectUndisturbedDuring(attack: Promise<unknown>): Promise<void> {
  const ada = await connect('ada');
  let attackEnded = false;
  const ended = attack.finally(() => {
    attackEnded = true;
  });
  const expected: string[] = [];
  while (!attackEnded || expected.length < 40) {
    const content = `message ${expected.length}`;
    expected.push(`user: ${content}`, `assistant: ${content}`);
    await sendMessage(ada, content);
    await ada.waitUntil(() => messagesOf(ada).length >= expected.length);
    // A slow pace: stored messages need memory, which must not distort the measurement.
    await setTimeout(5);
  }
  await ended;
  expect(messagesOf(ada)).toEqual(expected);
  ada.socket.destroy();
}

const collectGarbage = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

/** Memory in use after a garbage collection, in bytes. */
function retainedMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('an invalid frame', () => {
  const text = (payload: string | Uint8Array) => frameBytes({ opcode: opcodes.text, payload });

  const rejected: [what: string, bytes: Buffer][] = [
    ['not JSON', text('{')],
    ['an empty frame', text('')],
    ['null', text('null')],
    ['an array', text('[]')],
    ['a number', text('1e999')],
    ['no type', text('{}')],
    ['an unknown type', text('{"type":"shout","content":"x"}')],
    ['a type of the wrong type', text('{"type":["message"],"content":"x"}')],
    ['no content', text('{"type":"message"}')],
    ['content that is a number', text('{"type":"message","content":1}')],
    ['empty content', text('{"type":"message","content":" "}')],
    ['content that is too long', text(`{"type":"message","content":"${'x'.repeat(8001)}"}`)],
    ['NUL in the content', text('{"type":"message","content":"a\\u0000b"}')],
    ['a lone surrogate', text('{"type":"message","content":"\\ud800"}')],
    ['an id that is a number', text('{"type":"message","content":"x","id":1}')],
    ['an id that is too long', text(`{"type":"message","content":"x","id":"${'i'.repeat(65)}"}`)],
    ['a receipt for nothing', text('{"type":"read","id":"nothing"}')],
    ['a prototype to pollute', text('{"__proto__":{"type":"message","content":"x"}}')],
    ['deep nesting', text('['.repeat(40_000))],
    ['a binary frame', frameBytes({ opcode: opcodes.binary, payload: '{"type":"message"}' })],
  ];

  test.each(rejected)(
    'is answered with an error, and the socket stays open: %s',
    async (_, bytes) => {
      const socket = await connect('mallory');
      await expectUndisturbedDuring(
        (async () => {
          await socket.write(bytes);
          await socket.waitUntil(() => socket.frames.length >= 2);
          const [, errorFrame] = socket.frames;
          expect(errorFrame).toMatchObject({
            type: 'status',
            data: { role: 'system', event: 'error' },
          });
          expect(errorFrame?.data.content).toMatch(/^[A-Z].*\.$/s);
          await sendMessage(socket, 'still here');
          await socket.waitUntil(() => messagesOf(socket).includes('assistant: still here'));
        })(),
      );
      socket.socket.destroy();
    },
  );

  const closed: [what: string, code: number, bytes: Buffer[]][] = [
    ['invalid UTF-8', 1007, [text(new Uint8Array([0xff, 0xfe]))]],
    ['a frame too large', 1009, [text('x'.repeat(200_000))]],
    ['a length of 8 exabytes', 1009, [text('x')]],
    ['a frame without a mask', 1002, [frameBytes({ opcode: 1, payload: 'x', masked: false })]],
    ['reserved bits', 1002, [frameBytes({ opcode: 1, payload: 'x', rsv: 7 })]],
    ['an unknown opcode', 1002, [frameBytes({ opcode: 5 })]],
    ['a continuation of nothing', 1002, [frameBytes({ opcode: 0, payload: 'x' })]],
    ['a long ping', 1002, [frameBytes({ opcode: 9, payload: 'x'.repeat(126) })]],
    ['a fragmented ping', 1002, [frameBytes({ opcode: 9, fin: false })]],
    ['a reserved close code', 1002, [frameBytes({ opcode: 8, payload: '\x03\xed' })]],
    [
      'a message that starts inside another',
      1002,
      [1, 1].map((opcode) => frameBytes({ opcode, fin: false })),
    ],
    ['twenty invalid frames', 1008, Array.from({ length: 20 }, () => text('{'))],
  ];
  closed[2]![2] = [frameBytes({ opcode: 1, payload: 'x', claimedLength: 2 ** 52 })];

  test.each(closed)('closes only its own socket: %s, %i', async (_, code, bytes) => {
    const socket = await connect('mallory');
    await expectUndisturbedDuring(
      (async () => {
        for (const part of bytes) await socket.write(part);
        expect(await socket.waitForClose()).toBe(code);
      })(),
    );
  });
});

test('closes a socket after 20,000 fragments without buffering them or disturbing others', async () => {
  const socket = await connect('mallory');
  const before = retainedMemory();
  const retained: number[] = [];
  await expectUndisturbedDuring(
    (async () => {
      await socket.send({ opcode: opcodes.text, payload: '{', fin: false });
      const one = frameBytes({ opcode: opcodes.continuation, payload: ' ', fin: false });
      for (let n = 0; n < 20_000; n += 1) {
        await socket.write(one);
        if (n % 2000 === 0) retained.push(retainedMemory() - before);
      }
      expect(await socket.waitForClose()).toBe(1008);
      retained.push(retainedMemory() - before);
    })(),
  );
  // Buffering every fragment would use five times as much.
  expect(Math.max(...retained)).toBeLessThan(1_000_000);
});

test('100 MB of invalid frames do not increase memory or disturb others', async () => {
  const token = await login('mallory');
  const flood = fork(new URL('./flood.mjs', import.meta.url), [`${port}`, token]);
  const [atStart] = (await once(flood, 'message')) as [{ sent: number }];
  expect(atStart.sent).toBe(0);
  const before = retainedMemory();
  const retained: number[] = [];
  let sent = 0;
  flood.on('message', (progress: { sent: number }) => {
    sent = progress.sent;
    retained.push(retainedMemory() - before);
  });
  const exit = once(flood, 'exit');
  flood.send('go');
  await expectUndisturbedDuring(exit);
  expect(await exit).toEqual([0, null]);
  expect(sent).toBeGreaterThanOrEqual(100_000_000);
  // Buffers are freed shortly after a garbage collection, so a single value may be high.
  expect(Math.max(...retained)).toBeLessThan(50_000_000);
  expect(Math.min(...retained.slice(-4))).toBeLessThan(16_000_000);
});

test('disconnects a client that never reads, and delivers everything to the other sockets of its user', async () => {
  const slow = await connect('mallory', { neverReads: true });
  const reader = await connect('mallory');
  const [slowServerSocket] = app.websocketServer.clients;
  const content = 'x'.repeat(8000);
  const backlogs: number[] = [];
  let sent = 0;
  await expectUndisturbedDuring(
    (async () => {
      while (slowServerSocket?.readyState === slowServerSocket?.OPEN) {
        await sendMessage(reader, content);
        sent += 1;
        await reader.waitUntil(() => messagesOf(reader).length >= sent * 2);
        backlogs.push(slowServerSocket?.bufferedAmount ?? 0);
      }
      // It does not answer the close frame either, so the server terminates the connection.
      await once(slowServerSocket!, 'close');
    })(),
  );
  expect(Math.max(...backlogs)).toBeGreaterThan(outboxMaxBytes / 2);
  expect(Math.max(...backlogs)).toBeLessThan(outboxMaxBytes + 3 * content.length);
  expect(messagesOf(reader)).toHaveLength(sent * 2);
  slow.socket.destroy();
});
