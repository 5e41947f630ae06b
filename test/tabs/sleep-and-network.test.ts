import { createTcpProxy, type TcpProxy } from '@chat/test-support';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { canBrowse, isChromium, type Tab } from '../support/browser.js';
import { contents, eventually, replyTo, send, TabsFixture, waitForState } from './tabs-fixture.js';

const HOUR_MS = 3_600_000;

describe.skipIf(!canBrowse())('tabs that share a connection', { timeout: 400_000 }, () => {
  const fixture = new TabsFixture();
  /** Between the sockets of the tabs and the server. */
  let proxy: TcpProxy;

  beforeEach(async () => {
    proxy = await createTcpProxy({ target: Number(new URL(fixture.backend).port) });
    onTestFinished(() => proxy.close());
  });

  const openTabs = (count: number) => fixture.openTabs(count, { socketPort: proxy.port });

  /** Each tab has received these messages and the replies to them, once and in this order. */
  async function expectReceived(tabs: readonly Tab[], questions: readonly string[]) {
    const expected = questions.flatMap((text) => [text, replyTo(text)]);
    for (const tab of tabs) {
      await eventually(async () => expect(await contents(tab)).toEqual(expected));
      await waitForState(tab, 'open');
    }
    await fixture.expectSocketCount(1);
  }

  const setOffline = ([first]: readonly Tab[], offline: boolean) =>
    first!.page!.context().setOffline(offline);

  /** Their peers do not notice it. */
  function loseConnections(): void {
    for (const connection of proxy.connections) connection.blackHole();
  }

  it.runIf(isChromium).each([
    ['the server ended the connection', () => proxy.cut()],
    ['the network was down', loseConnections],
  ])('continue after the computer slept for two hours, and %s', async (_, lose) => {
    const tabs = await openTabs(3);
    await send(tabs[0]!, 'Before');
    await expectReceived(tabs, ['Before']);
    const wakeUps: (() => Promise<void>)[] = [];
    for (const tab of tabs) {
      wakeUps.push(await fixture.stop(tab, `clockAheadMs = ${2 * HOUR_MS}`));
    }
    lose();
    await otherDeviceSends('While asleep');
    const tokens = new Set(fixture.requests.map(({ token }) => token ?? null));
    tokens.delete(null);
    const isExpired = ({ token = null }: { token?: string | null | undefined }) =>
      tokens.has(token);
    const known = fixture.requests.length;
    // The token of the tabs has expired.
    fixture.clock.advance(2 * HOUR_MS);
    for (const wakeUp of wakeUps) await wakeUp();
    // The computer finds its network again.
    if (lose === loseConnections) {
      await setOffline(tabs, true);
      await setOffline(tabs, false);
    }
    await expectReceived(tabs, ['Before', 'While asleep']);
    const requests = fixture.requests.slice(known);
    // On a busy machine, a tab may not see yet that another one has stored a new token.
    const logins = requests.filter(({ route }) => route === 'POST /api/v1/login');
    expect(logins.length).toBeLessThan(tabs.length);
    expect(requests.filter(isExpired).filter(({ route }) => route !== 'GET /ws/chat')).toEqual([]);
    // A tab may have opened a socket just before it stopped, which arrives at the server later.
    for (const tab of tabs) {
      const sockets = await tab.evaluate(() => window.proxiedSockets);
      expect(sockets.filter(isExpired).filter(({ clockAheadMs }) => clockAheadMs > 0)).toEqual([]);
    }
    await send(tabs[2]!, 'After');
    await expectReceived(tabs, ['Before', 'While asleep', 'After']);
  });

  /** With the token that is valid now. */
  const otherDeviceSends = (text: string) => fixture.otherClient.chat.send(text);

  it.runIf(isChromium)(
    'continue on another network, and send what was written without one',
    async () => {
      const tabs = await openTabs(3);
      await send(tabs[1]!, 'Before');
      await expectReceived(tabs, ['Before']);
      await setOffline(tabs, true);
      // The connections of the old network end without a notice.
      loseConnections();
      proxy.refuse();
      await otherDeviceSends('Meanwhile');
      const sends = tabs.map((tab, nth) => send(tab, `Offline ${nth}`));
      await proxy.resume();
      await setOffline(tabs, false);
      await Promise.all(sends);
      await eventually(async () => expect(await fixture.history()).toHaveLength(10));
      const questions = (await fixture.history()).filter((text) => !text.startsWith(replyTo('')));
      expect(questions.toSorted()).toEqual([
        'Before',
        'Meanwhile',
        'Offline 0',
        'Offline 1',
        'Offline 2',
      ]);
      const all = await fixture.history();
      for (const tab of tabs)
        await eventually(async () => expect(await contents(tab)).toEqual(all));
      await fixture.expectSocketCount(1);
    },
  );

  it('do not each replace a half-open connection when all of them notice a network change', async () => {
    const tabs = await openTabs(6);
    await send(tabs[1]!, 'Before');
    loseConnections();
    await otherDeviceSends('Missed');
    for (const tab of tabs) await tab.evaluate(() => void dispatchEvent(new Event('online')));
    await expectReceived(tabs, ['Before', 'Missed']);
    await send(tabs[2]!, 'After');
    // On a slow machine another tab may also take over.
    expect(proxy.accepted).toBeLessThan(tabs.length);
  });

  it.runIf(isChromium)('receive what they missed while all of them were frozen', async () => {
    const tabs = await openTabs(2);
    await otherDeviceSends('Before');
    const thaws: (() => Promise<void>)[] = [];
    for (const tab of tabs) thaws.push(await fixture.freeze(tab));
    await otherDeviceSends('While frozen');
    for (const thaw of thaws) await thaw();
    await expectReceived(tabs, ['Before', 'While frozen']);
  });
});
