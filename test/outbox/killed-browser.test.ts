import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';
import { seededRandom } from '../support/seeded-random.js';

/** `npm run test:outbox` kills the browser more often. */
const kills = Number(process.env.OUTBOX_KILLS ?? 3);
const seed = Number(process.env.OUTBOX_SEED ?? 1);
const ada = { username: 'ada', password: 's3cret' };

describe.skipIf(!canBrowse())('the outbox in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium(fileURLToPath(new URL('page.ts', import.meta.url)));
  });
  afterAll(() => browser?.close());

  it(
    `stores each message once when the browser is killed ${kills} times while it sends`,
    async () => {
      const app = await createChatServer({
        users: [ada],
        corsOrigins: [browser.origin],
        limits: { messagesPerWindow: 1_000_000, loginsPerWindow: 1_000_000 },
      });
      onTestFinished(() => app.close());
      const backend = await app.listen({ port: 0, host: '127.0.0.1' });
      const random = seededRandom(seed);
      const persisted = new Set<string>();

      async function openPage(onPersisted: () => void) {
        const page = await browser.context.newPage();
        await page.exposeFunction('reportPersisted', (content: string) => {
          persisted.add(content);
          onPersisted();
        });
        await page.goto(`${browser.origin}/?backend=${encodeURIComponent(backend)}`);
        await page.waitForFunction(() => window.sendAll !== undefined);
        return page;
      }

      for (let kill = 1; kill <= kills; kill += 1) {
        const contents = Array.from({ length: 30 }, (_, nth) => `Message ${kill}.${nth}`);
        // The moment is a number of messages, so that it does not depend on the speed of the machine.
        let left = 1 + Math.floor(random() * contents.length);
        let reached = () => {};
        const moment = new Promise<void>((resolve) => {
          reached = resolve;
        });
        const page = await openPage(() => {
          left -= 1;
          if (left === 0) reached();
        });
        await page.evaluate((all) => window.sendAll(all), contents);
        await moment;
        await browser.crash();
      }

      const page = await openPage(() => {});
      const client = new ChatClient({ baseUrl: backend, credentials: ada });
      onTestFinished(() => client.close());
      async function readStored() {
        const stored: string[] = [];
        for await (const { role, content } of client.chat.history({ pageSize: 100 })) {
          if (role === 'user') stored.push(content);
        }
        return stored;
      }
      const wait = { timeout: 60_000, interval: 250 };
      await vi.waitFor(async () => {
        const stored = new Set(await readStored());
        expect([...persisted].filter((content) => !stored.has(content))).toEqual([]);
      }, wait);
      await vi.waitFor(async () => {
        expect(await page.evaluate(() => window.progress())).toEqual(['open', 0]);
      }, wait);
      const stored = await readStored();
      expect(stored.filter((content, index) => stored.indexOf(content) !== index)).toEqual([]);
    },
    120_000 + kills * 30_000,
  );
});
