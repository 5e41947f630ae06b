import { describe, expect, it, vi } from 'vitest';
import { SimulatedBrowser, type SimulatedTab } from './testing/simulated-browser.js';

const MINUTE_MS = 60_000;
const states = (tabs: readonly SimulatedTab[]) =>
  tabs.map(({ sockets }) => sockets.map(({ state }) => state).join());

describe('another tab connects when the leader', () => {
  it.each([
    ['is closed', (leader: SimulatedTab) => leader.close()],
    ['crashes', (leader: SimulatedTab) => leader.crash()],
    ['is frozen', (leader: SimulatedTab) => leader.freeze()],
  ])('%s, also in the background', async (_, disappear) => {
    const browser = new SimulatedBrowser();
    const [leader, ...others] = await browser.openTabs(3);
    expect(browser.openWebSockets).toBe(1);
    for (const tab of others) tab.isThrottled = true;
    disappear(leader!);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(others).toContain(browser.leader);
    expect(browser.openWebSockets).toBe(1);
    expect(states(others)).toEqual(['open', 'open']);
  });

  it('hangs', async () => {
    const browser = new SimulatedBrowser();
    const [leader, ...others] = await browser.openTabs(3);
    leader!.isStopped = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(others).toContain(browser.leader);
    expect(states(others)).toEqual(['open', 'open']);
  });

  it('hangs while the others are in the background, where timers run once a minute', async () => {
    const browser = new SimulatedBrowser();
    const [leader, ...others] = await browser.openTabs(3);
    for (const tab of others) tab.isThrottled = true;
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    // It responds.
    expect(browser.leader).toBe(leader);
    expect(browser.webSockets).toHaveLength(1);
    leader!.isStopped = true;
    await vi.advanceTimersByTimeAsync(5 * MINUTE_MS);
    expect(others).toContain(browser.leader);
    expect(states(others)).toEqual(['open', 'open']);
  });

  it('is closed at the moment when the next tab closes its socket', async () => {
    const browser = new SimulatedBrowser();
    const [leader, second, third] = await browser.openTabs(3);
    leader!.crash();
    second!.sockets[0]!.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(browser.leader).toBe(third);
    expect(states([second!, third!])).toEqual(['', 'open']);
  });

  it('is closed, and the browser allows the next tab no WebSocket', async () => {
    const browser = new SimulatedBrowser();
    const [leader, second, third] = await browser.openTabs(3);
    second!.isRejected = true;
    leader!.close();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(browser.leader).toBe(third);
    expect(browser.openWebSockets).toBe(1);
    expect(states([third!])).toEqual(['open']);
  });
});

it('a tab whose computer slept does not replace a leader that slept too', async () => {
  const browser = new SimulatedBrowser();
  const tabs = await browser.openTabs(3);
  for (const tab of tabs) tab.isStopped = true;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  for (const tab of tabs) tab.isStopped = false;
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(browser.leader).toBe(tabs[0]);
  expect(browser.webSockets).toHaveLength(1);
});

it('a leader whose token has expired leaves the connection to the tab that needs one', async () => {
  const browser = new SimulatedBrowser();
  const [leader, second] = await browser.openTabs(2);
  leader!.isStopped = true;
  second!.isStopped = true;
  await vi.advanceTimersByTimeAsync(120 * MINUTE_MS);
  leader!.isStopped = false;
  second!.isStopped = false;
  // Its client has got a new token and doubts the connection, which is from another network.
  second!.goOnline();
  second!.connect();
  await vi.advanceTimersByTimeAsync(10);
  expect(browser.leader).toBe(second);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(browser.openWebSockets).toBe(1);
  expect(states([leader!])).toEqual(['open']);
});

it('a tab that connects before there is a leader does not wait for a timer', async () => {
  const browser = new SimulatedBrowser();
  const [lost, first, second] = [
    await browser.openTab(),
    await browser.openTab(),
    await browser.openTab(),
  ];
  // It has the lock, and crashes before it leads.
  lost.connect();
  lost.isStopped = true;
  for (const tab of [first, second]) {
    tab.isThrottled = true;
    tab.connect();
  }
  await vi.advanceTimersByTimeAsync(10);
  lost.crash();
  await vi.advanceTimersByTimeAsync(10);
  expect(states([first, second])).toEqual(['open', 'open']);
});

it('a connection that does not open is replaced, also when its page has a second socket', async () => {
  const browser = new SimulatedBrowser();
  browser.isReachable = false;
  const tab = await browser.openTab();
  tab.connect();
  tab.connect();
  await vi.advanceTimersByTimeAsync(10_000);
  browser.isReachable = true;
  // It has waited for `connectTimeoutMs`.
  tab.sockets[0]!.close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(browser.webSockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  expect(states([tab])).toEqual(['open']);
});
