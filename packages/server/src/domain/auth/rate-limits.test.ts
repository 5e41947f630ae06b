import { describe, expect, it } from 'vitest';
import { createTestChat, type TestChat } from '../../testing/test-chat.js';

const good = { username: 'ada', password: 's3cret' };
const bad = { username: 'ada', password: 'wrong' };

async function chatWithAda(): Promise<TestChat> {
  const chat = createTestChat();
  await chat.api.addUser(good);
  return chat;
}

describe('the login rate limit', () => {
  it('allows five attempts per address in any minute, including successful ones', async () => {
    const chat = await chatWithAda();
    const statuses: number[] = [];
    for (const body of [good, bad, good, bad, good]) {
      statuses.push((await chat.call('login', { body })).status);
      chat.clock.advance(1_000);
    }
    expect(statuses).toEqual([200, 401, 200, 401, 200]);
    const rejected = await chat.call('login', { body: good });
    expect(rejected).toMatchObject({ status: 429, headers: { 'Retry-After': '55' } });
    expect(rejected.body.detail).toBe(
      'Too many login attempts in a short time; wait 55 s and try again.',
    );
    expect((await chat.call('login', { body: good, ip: '192.0.2.2' })).status).toBe(200);
    chat.clock.advance(500);
    expect((await chat.call('login', { body: good })).headers['Retry-After']).toBe('55');
    chat.clock.advance(54_499);
    const soon = await chat.call('login', { body: good });
    expect(soon.headers['Retry-After']).toBe('1');
    chat.clock.advance(1);
    expect((await chat.call('login', { body: good })).status).toBe(200);
    expect((await chat.call('login', { body: good })).status).toBe(429);
  });

  it('is checked before a password is verified', async () => {
    let verified = 0;
    const chat = createTestChat({
      passwords: {
        hash: async () => 'hash',
        verify: async () => {
          verified += 1;
          return false;
        },
      },
    });
    for (let i = 0; i < 8; i += 1) await chat.call('login', { body: bad });
    expect(verified).toBe(5);
  });

  it('does not count invalid requests', async () => {
    const chat = await chatWithAda();
    for (let i = 0; i < 8; i += 1) {
      expect((await chat.call('login', { body: { username: 'ada' } })).status).toBe(400);
    }
    expect((await chat.call('login', { body: good })).status).toBe(200);
  });

  it('counts an IPv6 /64 together, and an IPv4 address in any notation', async () => {
    const chat = await chatWithAda();
    const login = async (ip: string) => (await chat.call('login', { ip, body: good })).status;
    for (let host = 1; host <= 5; host += 1) expect(await login(`2001:db8:1:2::${host}`)).toBe(200);
    expect(await login('2001:DB8:1:2:ffff:ffff:ffff:ffff')).toBe(429);
    expect(await login('2001:db8:1:3::1')).toBe(200);
    for (let i = 0; i < 5; i += 1) await login('203.0.113.7');
    expect(await login('::ffff:203.0.113.7')).toBe(429);
    expect(await login('::ffff:cb00:7107')).toBe(429);
  });
});

describe('the chat rate limit', () => {
  it('allows sixty messages per user in any minute, for all tokens, without a burst at a boundary', async () => {
    const chat = createTestChat();
    const phone = await chat.login();
    const laptop = await chat.login();
    chat.clock.advance(59_000);
    for (let i = 0; i < 30; i += 1) {
      expect((await phone.send('x', { prefer: 'return=minimal' })).status).toBe(200);
      expect((await laptop.send('x', { prefer: 'return=minimal' })).status).toBe(200);
    }
    chat.clock.advance(2_000);
    const rejected = await phone.send('x');
    expect(rejected).toMatchObject({ status: 429, headers: { 'Retry-After': '58' } });
    expect((await (await chat.login('bob')).send('x')).status).toBe(200);
    chat.clock.advance(58_000);
    expect((await laptop.send('x')).status).toBe(200);
    expect((await laptop.call('messageStats')).body.totalMessages).toBe(122);
  });

  it('counts nothing else', async () => {
    const ada = await createTestChat({ limits: { messagesPerWindow: 1 } }).login();
    for (let i = 0; i < 5; i += 1) await ada.call('history');
    await ada.call('feedback', { body: { messageId: 'x', satisfied: true } });
    expect((await ada.send('x')).status).toBe(200);
  });
});
