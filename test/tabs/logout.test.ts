import { createTcpProxy } from '@chat/test-support';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canBrowse, isChromium, type Tab } from '../support/browser.js';
import type { TabOptions } from './page.js';
import { eventually, state, TabsFixture, waitForState } from './tabs-fixture.js';

const HOUR_MS = 3_600_000;
/** Longer than the tests. */
const LONG_MS = 600_000;
const login = 'POST /api/v1/login';
const socketRoute = 'GET /ws/chat';

/** Holds the requests of a route at the server. */
function hold(fixture: TabsFixture, held: string) {
  let release = () => {};
  let hasArrived = false;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  fixture.onRequest = async (route) => {
    if (route !== held) return;
    hasArrived = true;
    await released;
  };
  return { arrival: () => eventually(() => expect(hasArrived).toBe(true)), release };
}

describe.skipIf(!canBrowse())('a logout in one tab signs out a tab', { timeout: 400_000 }, () => {
  const fixture = new TabsFixture();
  const own = { ownSocket: true };

  interface Situation {
    readonly options?: Omit<TabOptions, 'backend'>;
    /** Whether the user logs out in another tab than the one with the connection; by default, in any other tab. */
    readonly role?: 'leader' | 'follower';
    /** Brings the tab into the situation, and returns what happens after the logout. */
    prepare(tab: Tab): Promise<(() => unknown) | undefined>;
  }

  /** Its user logs out in another tab. Then the tab stays signed out, and its token is not used. */
  async function expectSignedOut({ options = own, role, prepare }: Situation): Promise<void> {
    let [other, tab] = (await fixture.openTabs(2, options)) as [Tab, Tab];
    if (role && (tab === (await fixture.findLeader())) !== (role === 'leader')) {
      [other, tab] = [tab, other];
    }
    const after = await prepare(tab);
    const { app, requests } = fixture;
    await other.evaluate(async () => void (await window.client.logout()));
    const atLogout = requests.length;
    await after?.();
    await waitForState(tab, 'closed');
    await waitForState(other, 'closed');
    await eventually(() => expect(app.websocketServer.clients.size).toBe(0));
    // Whatever wakes up a tab does not sign it in again.
    await tab.evaluate(() => {
      dispatchEvent(new Event('online'));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      document.dispatchEvent(new Event('visibilitychange'));
      window.socket.reconnect();
    });
    const codes = await tab.evaluate(async () => {
      const code = (error: { code: string }) => error.code;
      return Promise.all([
        window.socket.send('Late').catch(code),
        window.client.chat.history().catch(code),
        window.client.chat.send('Late').catch(code),
      ]);
    });
    expect(codes).toEqual(['not_sent', 'token_unavailable', 'token_unavailable']);
    expect(await state(tab)).toBe('closed');
    expect(await tab.evaluate(() => [localStorage.length, window.client.user ?? 'nobody'])).toEqual(
      [0, 'nobody'],
    );
    expect(requests.slice(atLogout).map(({ route }) => route)).toEqual([]);
  }

  it('that is idle', () => expectSignedOut({ prepare: async () => undefined }));

  it('that is connecting', () =>
    expectSignedOut({
      prepare: async (tab) => {
        const { arrival, release } = hold(fixture, socketRoute);
        await tab.evaluate(() => window.socket.reconnect());
        await arrival();
        expect(await state(tab)).toBe('connecting');
        return release;
      },
    }));

  it('that waits to reconnect', () =>
    expectSignedOut({
      options: { ...own, minDelayMs: LONG_MS },
      prepare: async (tab) => {
        for (const socket of fixture.app.websocketServer.clients) socket.terminate();
        await waitForState(tab, 'waiting');
        return undefined;
      },
    }));

  it('that refreshes its token', () =>
    expectSignedOut({
      prepare: async (tab) => {
        const { arrival, release } = hold(fixture, login);
        await tab.evaluate((ms) => {
          window.clockAheadMs = ms;
          window.attempt(() => window.client.chat.history());
        }, 2 * HOUR_MS);
        await arrival();
        return async () => {
          release();
          await eventually(async () =>
            expect(await tab.evaluate(() => window.outcome)).toBe('token_unavailable'),
          );
        };
      },
    }));

  it('that sends a message on its socket', async () => {
    const proxy = await createTcpProxy({ target: Number(new URL(fixture.backend).port) });
    onTestFinished(() => proxy.close());
    await expectSignedOut({
      options: { ...own, socketPort: proxy.port },
      prepare: async (tab) => {
        // The messages arrive, and their acknowledgements do not.
        proxy.stall('down');
        await tab.evaluate(() => window.attempt(() => window.socket.send('In progress')));
        await eventually(async () => expect(await fixture.history()).toContainEqual('In progress'));
        return async () => {
          await proxy.resume();
          await eventually(async () =>
            expect(await tab.evaluate(() => window.outcome)).toBe('outcome_unknown'),
          );
        };
      },
    });
    expect((await fixture.history()).filter((text) => text === 'In progress')).toHaveLength(1);
  });

  it('that sends a message with a request', async () => {
    await expectSignedOut({
      prepare: async (tab) => {
        let answer = () => {};
        const asked = new Promise<void>((resolve) => {
          fixture.onReply = () => {
            resolve();
            return new Promise((done) => {
              answer = done;
            });
          };
        });
        await tab.evaluate(() => window.attempt(() => window.client.chat.send('In progress')));
        await asked;
        return async () => {
          answer();
          await eventually(async () =>
            expect(await tab.evaluate(() => window.outcome)).toBeDefined(),
          );
        };
      },
    });
    expect((await fixture.history()).filter((text) => text === 'In progress')).toHaveLength(1);
  });

  it.runIf(isChromium).each([
    ['that is frozen and wakes up later', own],
    ['that uses a shared connection, and is frozen', {}],
  ])('%s', (_, options) =>
    expectSignedOut({
      options,
      prepare: async (tab) => {
        // What a page may do first when it wakes up.
        await tab.evaluate(() => {
          const read = () => void window.client.chat.history().catch(() => undefined);
          let isAwake = false;
          document.addEventListener('resume', () => {
            isAwake = true;
          });
          setInterval(() => isAwake && read(), 10);
          addEventListener('storage', read);
        });
        return fixture.freeze(tab);
      },
    }),
  );

  it.each(['follower', 'leader'] as const)('that is the %s of a shared connection', (role) =>
    expectSignedOut({
      options: {},
      role,
      prepare: async () => {
        await fixture.expectSocketCount(1);
        return undefined;
      },
    }),
  );

  it('that waits to reconnect a shared connection', () =>
    expectSignedOut({
      options: { minDelayMs: LONG_MS },
      prepare: async (tab) => {
        for (const socket of fixture.app.websocketServer.clients) socket.terminate();
        await waitForState(tab, 'waiting');
        return undefined;
      },
    }));
});
