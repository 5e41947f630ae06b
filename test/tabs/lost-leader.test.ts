import { describe, expect, it } from 'vitest';
import { canBrowse, isChromium, type Tab } from '../support/browser.js';
import { seededRandom } from '../support/seeded-random.js';
import { contents, eventually, replyTo, send, TabsFixture, waitForState } from './tabs-fixture.js';

/** `npm run test:tabs` has more. */
const rounds = Number(process.env.TAB_ROUNDS ?? 4);
const tabCount = Number(process.env.TAB_COUNT ?? 4);
const seed = Number(process.env.TAB_SEED ?? 1);
/** The messages that each tab sends in a round, one after the other. */
const LOAD = 4;

describe.skipIf(!canBrowse())('tabs that share a connection', () => {
  const fixture = new TabsFixture();
  const { tabs } = fixture;

  /** How a leader disappears. Returns a function that waits until it, or a tab in its place, is there again. */
  type Fault = readonly [string, (leader: Tab) => Promise<() => Promise<unknown>>];
  const closed: Fault = [
    'closed',
    async (leader) => {
      await fixture.closeTab(leader);
      return () => fixture.openTab();
    },
  ];
  const faultsOfChromium: readonly Fault[] = [
    [
      'crashed',
      async (leader) => {
        const page = leader.page!;
        const session = await page.context().newCDPSession(page);
        const crashed = new Promise((resolve) => page.once('crash', resolve));
        session.send('Page.crash').catch(() => undefined);
        await crashed;
        await fixture.closeTab(leader);
        return () => fixture.openTab();
      },
    ],
    ['frozen', (leader) => fixture.freeze(leader)],
    ['stopped without a notice', (leader) => fixture.stop(leader)],
  ];
  /** Other drivers can only close a tab. */
  const faults = isChromium ? [closed, ...faultsOfChromium] : [closed];

  it(
    `deliver each message once and in the same order when ${rounds} leaders of ${tabCount} tabs disappear under load`,
    async () => {
      const random = seededRandom(seed);
      /** All stored messages, oldest first. */
      const stored: string[] = [];
      /** How many of them each tab has received or missed because it was opened later. */
      const positions = new Map<Tab, number>();

      /** Reads what the tab has received since the last call. A new tab may begin at any message. */
      async function drain(tab: Tab): Promise<void> {
        const received = await contents(tab);
        if (received.length === 0) return;
        const position = positions.get(tab) ?? stored.indexOf(received[0] ?? '');
        expect(received).toEqual(stored.slice(position, position + received.length));
        await tab.evaluate((count) => void window.contents.splice(0, count), received.length);
        positions.set(tab, position + received.length);
      }

      for (const tab of await fixture.openTabs(tabCount)) positions.set(tab, 0);
      for (let round = 1; round <= rounds; round += 1) {
        const leader = await fixture.findLeader();
        const others = tabs.filter((tab) => tab !== leader);
        const [fault, disappear] = faults[(round - 1) % faults.length]!;
        const textsOf = (tab: number) =>
          Array.from({ length: LOAD }, (_, nth) => `${round}.${tab}.${nth}`);
        // The moment is a number of messages, so that it does not depend on the speed of the machine.
        let left = 1 + Math.floor(random() * tabs.length * (LOAD - 1));
        const moment = new Promise<void>((resolve) => {
          fixture.onReply = () => {
            left -= 1;
            if (left === 0) resolve();
          };
        });
        const load = (tab: Tab, nth: number) =>
          tab.evaluate((all) => window.sendInTurn(all), textsOf(nth));
        const sends = others.map(load);
        const ofLeader = load(leader, others.length).then(
          () => 'sent',
          (error) => String(error),
        );
        await moment;
        const recover = await disappear(leader);
        await Promise.all(sends);
        await recover();
        const leaderIsBack = tabs.includes(leader);
        // A page that is gone has sent some of them.
        if (leaderIsBack) expect(await ofLeader).toBe('sent');
        for (const tab of tabs) await waitForState(tab, 'open');
        await eventually(async () => {
          const added = await fixture.history(stored.length);
          const questions = added.filter((text) => !text.startsWith(replyTo('')));
          // A leader that was lost may have sent some of its messages.
          const ofLostLeader = textsOf(others.length).filter((text) => questions.includes(text));
          const required = [...others.keys(), ...(leaderIsBack ? [others.length] : [])];
          const expected = new Set([...required.flatMap(textsOf), ...ofLostLeader]);
          expect(questions.toSorted()).toEqual([...expected].sort());
          expect(added.filter((text) => text.startsWith(replyTo(''))).sort()).toEqual(
            [...expected].map(replyTo).sort(),
          );
          stored.push(...added);
        });
        // All tabs are open, so all receive this one. It shows where a tab that was opened during the load began.
        const last = `${round}.last`;
        await send(tabs[0]!, last);
        await eventually(async () => {
          const added = await fixture.history(stored.length);
          expect(added).toEqual([last, replyTo(last)]);
          stored.push(...added);
        });
        await eventually(async () => {
          for (const tab of tabs) {
            await drain(tab);
            expect(positions.get(tab)).toBe(stored.length);
          }
        });
        await fixture.expectSocketCount(1);
        if (rounds > faults.length) {
          console.log(`round ${round}: ${fault}, ${stored.length} messages`);
        }
      }
      // The last check of each tab: nothing came twice in the meantime.
      for (const tab of tabs) expect(await contents(tab)).toEqual([]);
    },
    100_000 + rounds * 100_000,
  );
});
