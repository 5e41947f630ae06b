import { socketFeatures } from '@chat/contract';
import { describe, expect, it } from 'vitest';
import type { FakePeer } from '../../../../../test/support/fake-peer.js';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';

const unauthorized = { code: 4401, reason: expect.stringMatching(/token/) };

describe('opening a socket', () => {
  it('sends a greeting first, with the features', async () => {
    const chat = createSocketChat({ limits: { heartbeatMs: 7_000 } });
    const peer = await chat.connect({ token: await chat.login('ada') });
    expect(peer.frames).toEqual([
      {
        type: 'status',
        data: {
          role: 'system',
          event: 'connected',
          content: 'You are connected.',
          timestamp: '2026-01-01T12:00:00.000Z',
          features: [...socketFeatures],
          heartbeatMs: 7_000,
        },
      },
    ]);
    expect(peer.closedWith).toBeUndefined();
  });

  it.each([
    ['no token', undefined],
    ['an empty token', ''],
    ['a token that is none', 'nonsense'],
    ['a token that nobody signed', 'a.b.c'],
  ])('closes a socket with %s with 4401', async (_, token) => {
    const peer = await createSocketChat().connect({ token });
    expect(peer.closedWith).toEqual(unauthorized);
    expect(peer.frames).toEqual([]);
  });

  it('closes a socket with an expired or a revoked token with 4401', async () => {
    const chat = createSocketChat({ limits: { tokenLifetimeMs: 60_000 } });
    const revoked = await chat.login('ada');
    await chat.logout(revoked);
    expect((await chat.connect({ token: revoked })).closedWith).toEqual(unauthorized);
    const expired = await chat.login('ada');
    await chat.advance(60_000);
    expect((await chat.connect({ token: expired })).closedWith).toEqual(unauthorized);
  });

  it('rejects a token that is revoked while it is verified', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = chat.openSocket({ token });
    const { jti } = (await chat.parts.tokens.verify(token))!;
    chat.parts.fanOut.publish('somebody', { kind: 'revoked', jti });
    await flushTasks();
    expect(peer.closedWith).toEqual(unauthorized);
  });

  it.each([
    ['no origin', undefined, undefined],
    ['the origin of our own host', 'https://chat.test', undefined],
    ['our own host in another spelling', 'http://CHAT.test:80', undefined],
    ['a configured origin', 'https://app.example.com', undefined],
    ['a sandboxed page', 'null', 4403],
    ['another origin', 'https://evil.example.com', 4403],
    ['another port of our host', 'http://chat.test:8080', 4403],
    ['another scheme of a configured origin', 'http://app.example.com', 4403],
    ['no origin at all but a word', 'evil', 4403],
    ['a configured shell of an app', 'capacitor://localhost', undefined],
    ['the shell of another app', 'ionic://localhost', 4403],
  ])('with %s: %s closes with %s', async (_, origin, code) => {
    const chat = createSocketChat({
      allowedOrigins: ['https://app.example.com/', 'capacitor://localhost'],
    });
    const peer = await chat.connect({ token: await chat.login('ada'), origin });
    expect(peer.closedWith?.code).toBe(code);
    expect(peer.frames).toHaveLength(code === undefined ? 1 : 0);
  });

  it('accepts any origin when configured', async () => {
    const chat = createSocketChat({ allowedOrigins: ['*'] });
    const request = { token: await chat.login('ada'), origin: 'https://anywhere.example' };
    expect((await chat.connect(request)).closedWith).toBeUndefined();
  });

  it('accepts exactly three of 64 concurrent sockets and keeps those open', async () => {
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peers = Array.from({ length: 64 }, () => chat.openSocket({ token }));
    await flushTasks();
    const open = peers.filter(({ closedWith }) => closedWith === undefined);
    expect(open).toHaveLength(3);
    expect(new Set(peers.map(({ closedWith }) => closedWith?.code))).toEqual(
      new Set([undefined, 4429]),
    );
    expect((await chat.connect({ token: await chat.login('grace') })).closedWith).toBeUndefined();
  });

  it.each([
    ['left', (peer: FakePeer) => peer.disconnect()],
    ['was closed by the server', (peer: FakePeer) => peer.sendFrame('x'.repeat(1_000_000))],
  ])('gives the lease of a socket that %s to the next one', async (_, end) => {
    const chat = createSocketChat({ limits: { socketsPerUser: 1 } });
    const token = await chat.login('ada');
    end(await chat.connect({ token }));
    await flushTasks();
    expect((await chat.connect({ token })).closedWith).toBeUndefined();
  });

  it('releases a lease that was acquired after the peer had closed', async () => {
    const chat = createSocketChat({ limits: { socketsPerUser: 1 } });
    const token = await chat.login('ada');
    for (let turns = 0; turns < 12; turns += 1) {
      const peer = chat.openSocket({ token });
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      peer.disconnect();
      await flushTasks();
    }
    const peer = await chat.connect({ token });
    expect(peer.events('connected')).toHaveLength(1);
    peer.disconnect();
    expect(chat.clock.pending).toBe(0);
  });

  it('processes frames that are sent before the greeting, in order', async () => {
    const chat = createSocketChat();
    const peer = chat.openSocket({ token: await chat.login('ada') });
    peer.sendFrame({ type: 'message', content: 'one' });
    peer.sendFrame('{');
    peer.sendFrame({ type: 'message', content: 'two' });
    await flushTasks();
    expect(peer.frames[0]?.data.event).toBe('connected');
    expect(peer.events('error')).toHaveLength(1);
    expect(peer.messages.map(({ content }) => content)).toEqual(['one', 'one', 'two', 'two']);
  });

  it('processes the frames of a peer that closed at once, if its token is valid', async () => {
    const chat = createSocketChat({ limits: { socketsPerUser: 1 } });
    const token = await chat.login('ada');
    const leaving = chat.openSocket({ token });
    leaving.sendFrame({ type: 'message', content: 'Good bye' });
    leaving.disconnect();
    await flushTasks();
    expect((await chat.history(token)).map(({ content }) => content)).toEqual([
      'Good bye',
      'Good bye',
    ]);
    expect(leaving.frames).toEqual([]);

    const staying = await chat.connect({ token });
    expect(staying.closedWith).toBeUndefined();
    for (const rejected of [chat.openSocket({ token }), chat.openSocket({ token: 'nonsense' })]) {
      rejected.sendFrame({ type: 'message', content: 'not taken' });
      rejected.disconnect();
    }
    await flushTasks();
    expect(await chat.history(token)).toHaveLength(2);
    staying.disconnect();
    expect(chat.clock.pending).toBe(0);
  });

  it('delivers messages that are sent while the lease is acquired, after the greeting', async () => {
    let admit = () => {};
    const chat = createSocketChat({
      leases: {
        acquire: () => new Promise((resolve) => (admit = () => resolve(true))),
        renew: async () => {},
        release: async () => {},
      },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    await chat.post(token, 'Hello');
    expect(peer.frames).toEqual([]);
    admit();
    await flushTasks();
    expect(peer.frames[0]?.data.event).toBe('connected');
    expect(peer.messages).toHaveLength(2);
  });

  it('closes with 1013 when too much is buffered while the lease is acquired', async () => {
    const chat = createSocketChat({
      leases: {
        acquire: () => new Promise(() => {}),
        renew: async () => {},
        release: async () => {},
      },
      limits: { outboxMaxBytes: 2_000 },
    });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    for (let sent = 0; sent < 3; sent += 1) await chat.post(token, 'x'.repeat(400));
    expect(peer.closedWith?.code).toBe(1013);
    expect(peer.frames).toEqual([]);
  });

  it.each([
    ['many frames', 257, '{}'],
    ['large frames', 20, 'x'.repeat(90_000)],
  ])('closes with 1013 when %s are sent before the greeting', async (_, count, frame) => {
    const chat = createSocketChat();
    const peer = chat.openSocket({ token: await chat.login('ada') });
    for (let sent = 0; sent < count; sent += 1) peer.sendFrame(frame);
    expect(peer.closedWith?.code).toBe(1013);
    await flushTasks();
    expect(peer.frames).toEqual([]);
  });

  it('closes with 1013 when authentication takes too long', async () => {
    const chat = createSocketChat({
      tokens: { sign: async () => '', verify: () => new Promise(() => {}) },
    });
    const peer = await chat.connect({ token: 'a.slow.token' });
    await chat.advance(30_000);
    expect(peer.closedWith?.code).toBe(1013);
    await chat.advance(5_000);
    expect(chat.clock.pending).toBe(0);
  });

  it('closes with 1011 when authentication throws, and logs it', async () => {
    const tokens = {
      sign: async () => '',
      verify: () => Promise.reject(new Error('the key is gone')),
    };
    const chat = createSocketChat({ tokens });
    const peer = await chat.connect({ token: 'a.secret.token' });
    expect(peer.closedWith?.code).toBe(1011);
    expect(chat.log).toMatchObject([{ level: 'error', fields: { err: expect.any(Error) } }]);
    expect(JSON.stringify(chat.log)).not.toContain('secret.token');
  });
});
