import { describe, expect, it } from 'vitest';
import { FakePeer } from '../../../../../test/support/fake-peer.js';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';

const limits = { heartbeatMs: 25_000, pingMs: 30_000 };

describe('an idle socket', () => {
  it('receives a heartbeat when nothing else was sent for heartbeatMs', async () => {
    const chat = createSocketChat({ limits });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    await chat.advance(24_999);
    expect(peer.events('heartbeat')).toEqual([]);
    await chat.advance(1);
    expect(peer.events('heartbeat')).toMatchObject([
      { role: 'system', timestamp: '2026-01-01T12:00:25.000Z' },
    ]);
    await chat.advance(20_000);
    await chat.post(token, 'Hello');
    await chat.advance(24_999);
    expect(peer.events('heartbeat')).toHaveLength(1);
    await chat.advance(1);
    expect(peer.events('heartbeat')).toHaveLength(2);
    await chat.advance(75_000);
    expect(peer.events('heartbeat')).toHaveLength(5);
  });

  it('is pinged, and stays open as long as it answers', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let minute = 0; minute < 10; minute += 1) {
      await chat.advance(30_000);
      await chat.advance(30_000);
    }
    expect(peer.pings).toBe(20);
    expect(peer.terminated).toBe(false);
  });

  it('that does not answer a ping is terminated, and its lease is released', async () => {
    const chat = createSocketChat({ limits: { ...limits, socketsPerUser: 1 } });
    const token = await chat.login('ada');
    const dead = await chat.connect({ token });
    dead.responsive = false;
    await chat.advance(59_999);
    expect(dead.terminated).toBe(false);
    await chat.advance(1);
    expect(dead.terminated).toBe(true);
    expect(dead.closedWith).toBeUndefined();
    const next = await chat.connect({ token });
    expect(next.closedWith).toBeUndefined();
    next.disconnect();
    expect(chat.clock.pending).toBe(0);
  });

  it('is not terminated when the clock advances over several pings', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') });
    await chat.advance(600_000);
    expect(peer.terminated).toBe(false);
    peer.responsive = false;
    await chat.advance(30_000);
    await chat.advance(30_000);
    expect(peer.terminated).toBe(true);
  });

  it('stays open when the runtime has no pings', async () => {
    const chat = createSocketChat({ limits });
    const peer = await chat.connect({ token: await chat.login('ada') }, new FakePeer(false));
    for (let half = 0; half < 10; half += 1) await chat.advance(30_000);
    expect(peer.terminated).toBe(false);
    expect(peer.closedWith).toBeUndefined();
    expect(peer.events('heartbeat')).toHaveLength(12);
  });

  it('keeps its lease as long as it is open', async () => {
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
    for (let round = 0; round < 3; round += 1) await chat.advance(30_000);
    expect(renewed).toHaveLength(3);
    expect(peer.closedWith).toBeUndefined();
    expect(chat.log).toMatchObject([{ level: 'warn' }]);
    peer.disconnect();
    await chat.advance(90_000);
    expect(renewed).toHaveLength(3);
  });
});

describe('the token of an open socket', () => {
  it('closes it with 4401 when it expires', async () => {
    const chat = createSocketChat({ limits: { ...limits, tokenLifetimeMs: 42_000 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (const ms of [30_000, 11_999]) await chat.advance(ms);
    expect(peer.closedWith).toBeUndefined();
    await chat.advance(1);
    expect(peer.closedWith).toEqual({ code: 4401, reason: expect.stringMatching(/expired/) });
    expect(chat.clock.pending).toBe(0);
  });

  it('closes it with 4401 when it is revoked, and no sockets of other tokens', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const leaving = [await chat.connect({ token }), await chat.connect({ token })];
    const staying = await chat.connect({ token: await chat.login('ada') });
    const stranger = await chat.connect({ token: await chat.login('grace') });
    await chat.logout(token);
    await flushTasks();
    for (const peer of leaving) {
      expect(peer.closedWith).toEqual({ code: 4401, reason: expect.stringMatching(/revoked/) });
    }
    expect(staying.closedWith).toBeUndefined();
    expect(stranger.closedWith).toBeUndefined();
  });
});
