import { describe, expect, it } from 'vitest';
import { FakePeer } from '../../../../../test/support/fake-peer.js';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';

const limits = { heartbeatMs: 25_000, pingMs: 30_000 };

describe('a quiet socket', () => {
  it('is sent a heartbeat when nothing else was sent for that long', async () => {
    const chat = createSocketChat({ limits });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    await chat.pass(24_999);
    expect(peer.events('heartbeat')).toEqual([]);
    await chat.pass(1);
    expect(peer.events('heartbeat')).toMatchObject([
      { role: 'system', timestamp: '2026-01-01T12:00:25.000Z' },
    ]);
    await chat.pass(20_000);
    await chat.post(token, 'Hello');
    await chat.pass(24_999);
    expect(peer.events('heartbeat')).toHaveLength(1);
    await chat.pass(1);
    expect(peer.events('heartbeat')).toHaveLength(2);
    await chat.pass(75_000);
    expect(peer.events('heartbeat')).toHaveLength(5);
  });

  it('is pinged, and lives as long as it answers', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let minute = 0; minute < 10; minute += 1) {
      await chat.pass(30_000);
      await chat.pass(30_000);
    }
    expect(peer.pings).toBe(20);
    expect(peer.terminated).toBe(false);
  });

  it('that does not answer a ping is cut, and no longer counts', async () => {
    const chat = createSocketChat({ limits: { ...limits, socketsPerUser: 1 } });
    const token = await chat.login('ada');
    const dead = await chat.connect({ token });
    dead.alive = false;
    await chat.pass(59_999);
    expect(dead.terminated).toBe(false);
    await chat.pass(1);
    expect(dead.terminated).toBe(true);
    expect(dead.closing).toBeUndefined();
    const next = await chat.connect({ token });
    expect(next.closing).toBeUndefined();
    next.leave();
    expect(chat.clock.pending).toBe(0);
  });

  it('is not cut by a clock that leaps over several pings', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') });
    await chat.pass(600_000);
    expect(peer.terminated).toBe(false);
    peer.alive = false;
    await chat.pass(30_000);
    await chat.pass(30_000);
    expect(peer.terminated).toBe(true);
  });

  it('is left alone where the runtime has no pings', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') }, new FakePeer(false));
    for (let half = 0; half < 10; half += 1) await chat.pass(30_000);
    expect(peer.terminated).toBe(false);
    expect(peer.closing).toBeUndefined();
    expect(peer.events('heartbeat')).toHaveLength(12);
  });

  it('keeps its place among the three for as long as it lives', async () => {
    const renewed: string[] = [];
    const chat = createSocketChat({
      limits,
      leases: {
        acquire: async () => true,
        renew: async (userId) => {
          renewed.push(userId);
          if (renewed.length === 2) throw new Error('no answer');
        },
        release: async () => {},
      },
    });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let round = 0; round < 3; round += 1) await chat.pass(30_000);
    expect(renewed).toHaveLength(3);
    expect(peer.closing).toBeUndefined();
    expect(chat.log).toMatchObject([{ level: 'warn' }]);
    peer.leave();
    await chat.pass(90_000);
    expect(renewed).toHaveLength(3);
  });
});

describe('the token of a live socket', () => {
  it('closes it with 4401 at the moment it expires', async () => {
    const chat = createSocketChat({ limits: { ...limits, tokenLifetimeMs: 42_000 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (const ms of [30_000, 11_999]) await chat.pass(ms);
    expect(peer.closing).toBeUndefined();
    await chat.pass(1);
    expect(peer.closing).toEqual({ code: 4401, reason: expect.stringMatching(/expired/) });
    expect(chat.clock.pending).toBe(0);
  });

  it('closes it with 4401 when it is revoked, and not the sockets of another token', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const leaving = [await chat.connect({ token }), await chat.connect({ token })];
    const staying = await chat.connect({ token: await chat.login('ada') });
    const stranger = await chat.connect({ token: await chat.login('grace') });
    await chat.logout(token);
    await settle();
    for (const peer of leaving) {
      expect(peer.closing).toEqual({ code: 4401, reason: expect.stringMatching(/revoked/) });
    }
    expect(staying.closing).toBeUndefined();
    expect(stranger.closing).toBeUndefined();
  });
});
