import { expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';

const good = JSON.stringify({ type: 'message', content: 'good' });

async function connected(limits = {}) {
  const chat = createSocketChat({ limits });
  const token = await chat.login('ada');
  return { chat, token, peer: await chat.connect({ token }) };
}

it('closes a socket with 1008 that sends invalid frames with valid ones between them', async () => {
  const { peer } = await connected();
  let sent = 0;
  while (peer.closedWith === undefined && sent < 5_000) {
    peer.session?.onMessage(sent % 10 === 0 ? good : 'bad');
    sent += 1;
  }
  expect(peer.closedWith).toEqual({ code: 1008, reason: 'Too many frames or bytes: send less.' });
  expect(sent).toBe(1_201);
});

it('closes a socket with 1008 that ignores the rate limit', async () => {
  const { peer } = await connected({ messagesPerWindow: 10 });
  for (let sent = 0; sent < 701; sent += 1) peer.session?.onMessage(good);
  await flushTasks();
  expect(peer.closedWith?.code).toBe(1008);
});

it('closes a socket with 1008 that sends too many bytes', async () => {
  const { peer } = await connected();
  const large = `{"type":"message","content":"${'x'.repeat(90_000)}"}`;
  let sent = 0;
  while (peer.closedWith === undefined && sent < 5_000) {
    peer.session?.onMessage(sent % 2 === 0 ? good : large);
    sent += 1;
  }
  expect(peer.closedWith?.code).toBe(1008);
  expect(sent * 45_000).toBeLessThan(6_000_000);
});

it.each(['onPing', 'onPong'] as const)(
  'closes a socket with 1008 after too many %s',
  async (event) => {
    const { peer } = await connected();
    for (let sent = 0; sent < 1_200; sent += 1) peer.session?.[event]();
    expect(peer.closedWith).toBeUndefined();
    peer.session?.[event]();
    expect(peer.closedWith?.code).toBe(1008);
  },
);

it('allows a window of the longest messages, and refills the budget', async () => {
  const { chat, peer } = await connected();
  const longest = JSON.stringify({ type: 'message', content: '\u0001'.repeat(8_000) });
  for (let minute = 0; minute < 5; minute += 1) {
    for (let sent = 0; sent < 60; sent += 1) peer.session?.onMessage(longest);
    await flushTasks();
    peer.session?.onPong();
    for (let step = 0; step < 4; step += 1) await chat.advance(15_000);
  }
  expect(peer.closedWith).toBeUndefined();
});

it('gives no new budget to a client that connects again, until it has waited', async () => {
  const { chat, token, peer } = await connected();
  for (let sent = 0; sent < 1_201; sent += 1) peer.session?.onMessage(sent % 2 ? good : 'bad');
  await flushTasks();
  expect(peer.closedWith?.code).toBe(1008);
  const again = await chat.connect({ token });
  for (let sent = 0; sent < 5; sent += 1) again.sendFrame('bad');
  await flushTasks();
  expect(again.closedWith?.code).toBe(1008);
  await chat.advance(60_000);
  const later = await chat.connect({ token });
  for (let sent = 0; sent < 900; sent += 1) later.session?.onMessage(sent % 2 ? good : 'bad');
  await flushTasks();
  expect(later.closedWith).toBeUndefined();
});
