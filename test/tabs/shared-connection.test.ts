import { describe, expect, it } from 'vitest';
import { canBrowse, type Tab } from '../support/browser.js';
import { contents, eventually, replyTo, send, TabsFixture, waitForState } from './tabs-fixture.js';

describe.skipIf(!canBrowse())('tabs that share a connection', { timeout: 400_000 }, () => {
  const fixture = new TabsFixture();

  it('open one socket, and each tab receives every message once and in the same order', async () => {
    const tabs = await fixture.openTabs(12);
    await fixture.expectSocketCount(1);
    const sent = Array.from({ length: 24 }, (_, nth) => `Message ${nth}`);
    await Promise.all(sent.map((text, nth) => send(tabs[nth % tabs.length]!, text)));
    const expected = [...sent, ...sent.map(replyTo)].sort();
    await eventually(async () => {
      const first = await contents(tabs[0]!);
      expect(first.toSorted()).toEqual(expected);
      for (const tab of tabs) expect(await contents(tab)).toEqual(first);
    });
    await fixture.expectSocketCount(1);
  });

  it('are separate for each user', async () => {
    const tabs: Tab[] = [];
    for (const username of ['ada', 'bob', 'ada']) {
      tabs.push(await fixture.openTab({ username, ownToken: true }));
    }
    for (const tab of tabs) await waitForState(tab, 'open');
    await fixture.expectSocketCount(2);
    await send(tabs[0]!, 'Secret of Ada');
    await send(tabs[1]!, 'Secret of Bob');
    await eventually(async () => {
      expect(await contents(tabs[2]!)).toEqual(['Secret of Ada', replyTo('Secret of Ada')]);
      expect(await contents(tabs[1]!)).toEqual(['Secret of Bob', replyTo('Secret of Bob')]);
    });
    const names = await tabs[0]!.evaluate(async () => {
      const { held = [], pending = [] } = await navigator.locks.query();
      return [...held, ...pending].map(({ name }) => name);
    });
    expect(new Set(names).size).toBe(2);
    // Neither a token nor a name.
    for (const name of names) expect(name).toMatch(/^chat-socket-1-[0-9a-f]{64}$/);
  });

  it('connect after a login in one of them, and again when that one is closed', async () => {
    const tabs: Tab[] = [];
    for (let nth = 0; nth < 3; nth += 1) tabs.push(await fixture.openTab({ hasForm: true }));
    const [first, ...others] = tabs;
    await first!.evaluate(async () => {
      await window.client.login({ username: 'ada', password: 's3cret' });
    });
    await eventually(async () => {
      for (const tab of tabs) expect(await tab.evaluate(() => window.socket?.state)).toBe('open');
    });
    await fixture.expectSocketCount(1);
    await fixture.closeTab(first!);
    const text = 'The first tab is closed.';
    await fixture.otherClient.chat.send(text);
    for (const tab of others) {
      await eventually(async () => expect(await contents(tab)).toEqual([text, replyTo(text)]));
    }
    await fixture.expectSocketCount(1);
  });

  it('receive the read receipts of other tabs', async () => {
    const tabs = await fixture.openTabs(3);
    const id = await send(tabs[0]!, 'Hello');
    await tabs[1]!.evaluate((read) => window.socket.markRead(String(read)), id);
    const receipts = (tab: number) => tabs[tab]!.evaluate(() => window.receipts);
    await eventually(async () => {
      expect(await receipts(0)).toEqual([id]);
      expect(await receipts(2)).toEqual([id]);
    });
    expect(await receipts(1)).toEqual([]);
  });
});
