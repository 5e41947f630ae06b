import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createChatServer } from '@chat/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canBrowse, openBrowser, type Tab } from '../support/browser.js';
import { outages, ReverseProxy } from './reverse-proxy.js';

/** Firefox delays WebSockets only after minutes: the matrix sets 200 s, which is too long for each change. */
const { CHAT_OUTAGE_SECONDS = '' } = process.env;
const outageMs = Number(CHAT_OUTAGE_SECONDS || 5) * 1000;
/** Firefox would delay a WebSocket by up to a minute. Without a delay, the time tests nothing. */
const limitMs = CHAT_OUTAGE_SECONDS ? 10_000 : 90_000;

describe.skipIf(!canBrowse())(`a page whose server is away for ${outageMs / 1000} s`, () => {
  it('is connected soon after the server is back and the browser reports a network', {
    timeout: outageMs + 300_000,
  }, async () => {
    const browser = await openBrowser(fileURLToPath(new URL('page.ts', import.meta.url)));
    onTestFinished(() => browser.close());
    const context = await browser.openContext();
    const hosts = Object.keys(outages).map((_, nth) => `127.0.0.${nth + 2}`);
    const pagePort = Number(new URL(browser.origin).port);
    let backendPort = 0;
    const proxies = await Promise.all(
      hosts.map((host) =>
        ReverseProxy.start(host, (path) => (/^\/(api|ws)\//.test(path) ? backendPort : pagePort)),
      ),
    );
    onTestFinished(() => {
      for (const proxy of proxies) proxy.close();
    });
    const app = await createChatServer({
      users: hosts.map((username) => ({ username, password: 's3cret' })),
      corsOrigins: proxies.map(({ origin }) => origin),
    });
    onTestFinished(() => app.close());
    backendPort = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

    const tabs: Tab[] = [];
    for (const [nth, { origin }] of proxies.entries()) {
      const tab = await context.openTab();
      await tab.goto(origin);
      await tab.evaluate((username) => window.connect(username), hosts[nth]!);
      tabs.push(tab);
    }
    const states = () => Promise.all(tabs.map((tab) => tab.evaluate(() => window.socket.state)));
    const allOpen = tabs.map(() => 'open');
    await expect.poll(states, { timeout: 90_000 }).toEqual(allOpen);

    for (const [nth, outage] of Object.values(outages).entries()) proxies[nth]!.fail(outage);
    await sleep(outageMs);
    expect(await states()).not.toContain('open');
    for (const [nth, proxy] of proxies.entries()) {
      await proxy.recover();
      await tabs[nth]!.evaluate(() => void dispatchEvent(new Event('online')));
    }
    await expect.poll(states, { timeout: limitMs }).toEqual(allOpen);
  });
});
