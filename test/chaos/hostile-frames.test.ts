import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createChatServer } from '@chat/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { frameBytes, opcodes, RawWebSocket } from '../support/raw-web-socket.js';

const users = ['mallory', 'ada'].map((username) => ({ username, password: 's3cret' }));
const outboxMaxBytes = 1_048_576;

leaveNothingBehind();

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
  const answer = await app.inject({ method: 'POST', url: '/api/v1/login', payload });
  return answer.json<{ access_token: string }>().access_token;
}

async function dial(username: string, options?: { deaf: boolean }): Promise<RawWebSocket> {
  return RawWebSocket.dial(port, `/ws/chat?token=${await login(username)}`, options);
}

async function say(socket: RawWebSocket, content: string): Promise<void> {
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

/** What a user shows who was talking all the while: every message and every answer, in order. */
async function talkDuring(nuisance: Promise<unknown>): Promise<void> {
  const ada = await dial('ada');
  let over = false;
  const ended = nuisance.finally(() => {
    over = true;
  });
  const expected: string[] = [];
  while (!over || expected.length < 40) {
    const content = `message ${expected.length}`;
    expected.push(`user: ${content}`, `assistant: ${content}`);
    await say(ada, content);
    await ada.until(() => messagesOf(ada).length >= expected.length);
    // At a talker's pace: what is said is kept, and that memory is not what is measured here.
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

/** What is really held on to, in bytes. */
function heldMemory(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('a frame that is no good', () => {
  const text = (payload: string | Uint8Array) => frameBytes({ opcode: opcodes.text, payload });

  const answered: [what: string, bytes: Buffer][] = [
    ['no JSON', text('{')],
    ['an empty one', text('')],
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

  test.each(answered)('is answered with a sentence, and the socket lives: %s', async (_, bytes) => {
    const socket = await dial('mallory');
    await talkDuring(
      (async () => {
        await socket.write(bytes);
        await socket.until(() => socket.frames.length >= 2);
        const [, answer] = socket.frames;
        expect(answer).toMatchObject({ type: 'status', data: { role: 'system', event: 'error' } });
        expect(answer?.data.content).toMatch(/^[A-Z].*\.$/s);
        await say(socket, 'still here');
        await socket.until(() => messagesOf(socket).includes('assistant: still here'));
      })(),
    );
    socket.socket.destroy();
  });

  const closing: [what: string, code: number, bytes: Buffer[]][] = [
    ['invalid UTF-8', 1007, [text(new Uint8Array([0xff, 0xfe]))]],
    ['a frame too large', 1009, [text('x'.repeat(200_000))]],
    ['a length of 8 exabytes', 1009, [text('x')]],
    ['a frame without a mask', 1002, [frameBytes({ opcode: 1, payload: 'x', masked: false })]],
    ['reserved bits', 1002, [frameBytes({ opcode: 1, payload: 'x', rsv: 7 })]],
    ['an unknown opcode', 1002, [frameBytes({ opcode: 5 })]],
    ['a continuation of nothing', 1002, [frameBytes({ opcode: 0, payload: 'x' })]],
    ['a long ping', 1002, [frameBytes({ opcode: 9, payload: 'x'.repeat(126) })]],
    ['a ping in pieces', 1002, [frameBytes({ opcode: 9, fin: false })]],
    ['a close code nobody may send', 1002, [frameBytes({ opcode: 8, payload: '\x03\xed' })]],
    ['a second beginning', 1002, [1, 1].map((opcode) => frameBytes({ opcode, fin: false }))],
    ['twenty bad frames', 1008, Array.from({ length: 20 }, () => text('{'))],
  ];
  closing[2]![2] = [frameBytes({ opcode: 1, payload: 'x', claimedLength: 2 ** 52 })];

  test.each(closing)('ends its own socket: %s, %i', async (_, code, bytes) => {
    const socket = await dial('mallory');
    await talkDuring(
      (async () => {
        for (const part of bytes) await socket.write(part);
        expect(await socket.untilClosed()).toBe(code);
      })(),
    );
  });
});

test('twenty thousand fragments end their socket, leave no trace in memory, and others notice nothing', async () => {
  const socket = await dial('mallory');
  const before = heldMemory();
  const held: number[] = [];
  await talkDuring(
    (async () => {
      await socket.send({ opcode: opcodes.text, payload: '{', fin: false });
      const one = frameBytes({ opcode: opcodes.continuation, payload: ' ', fin: false });
      for (let n = 0; n < 20_000; n += 1) {
        await socket.write(one);
        if (n % 2000 === 0) held.push(heldMemory() - before);
      }
      expect(await socket.untilClosed()).toBe(1008);
      held.push(heldMemory() - before);
    })(),
  );
  // All of them kept, each a buffer of its own, would be five times as much.
  expect(Math.max(...held)).toBeLessThan(1_000_000);
});

test('100 MB of bad frames leave no trace in memory, and others notice nothing', async () => {
  const token = await login('mallory');
  const flood = fork(new URL('./flood.mjs', import.meta.url), [`${port}`, token]);
  const [atStart] = (await once(flood, 'message')) as [{ sent: number }];
  expect(atStart.sent).toBe(0);
  const before = heldMemory();
  const held: number[] = [];
  let sent = 0;
  flood.on('message', (news: { sent: number }) => {
    sent = news.sent;
    held.push(heldMemory() - before);
  });
  const exit = once(flood, 'exit');
  flood.send('go');
  await talkDuring(exit);
  expect(await exit).toEqual([0, null]);
  expect(sent).toBeGreaterThanOrEqual(100_000_000);
  // Buffers are given back a little after the collection, so a single reading may be high.
  expect(Math.max(...held)).toBeLessThan(50_000_000);
  expect(Math.min(...held.slice(-4))).toBeLessThan(16_000_000);
});

test('a reader that never reads is let go, and its user’s other sockets show everything', async () => {
  const deaf = await dial('mallory', { deaf: true });
  const reader = await dial('mallory');
  const [ofDeaf] = app.websocketServer.clients;
  const content = 'x'.repeat(8000);
  const backlogs: number[] = [];
  let said = 0;
  await talkDuring(
    (async () => {
      while (ofDeaf?.readyState === ofDeaf?.OPEN) {
        await say(reader, content);
        said += 1;
        await reader.until(() => messagesOf(reader).length >= said * 2);
        backlogs.push(ofDeaf?.bufferedAmount ?? 0);
      }
      // It does not answer the close frame either: its line is cut in the end.
      await once(ofDeaf!, 'close');
    })(),
  );
  expect(Math.max(...backlogs)).toBeGreaterThan(outboxMaxBytes / 2);
  expect(Math.max(...backlogs)).toBeLessThan(outboxMaxBytes + 3 * content.length);
  expect(messagesOf(reader)).toHaveLength(said * 2);
  deaf.socket.destroy();
});
