import { fileURLToPath } from 'node:url';
import { createChatServer } from '@chat/server';
import { createTcpProxy } from '@chat/test-support';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { canBrowse, openBrowser } from '../support/browser.js';
import { PacedAssistant } from './paced-assistant.js';

describe.skipIf(!canBrowse())('a page of another origin', () => {
  it('shows each delta of a stream, and continues after the connection is cut', async () => {
    const browser = await openBrowser(fileURLToPath(new URL('page.ts', import.meta.url)));
    onTestFinished(() => browser.close());
    const assistant = new PacedAssistant();
    const users = [{ username: 'ada', password: 's3cret' }];
    const app = await createChatServer({ users, assistant, corsOrigins: [browser.origin] });
    onTestFinished(() => app.close());
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const network = await createTcpProxy({ target: Number(new URL(url).port) });
    onTestFinished(() => network.close());
    const tab = await (await browser.openContext()).openTab();
    await tab.goto(browser.origin);

    const response = tab.evaluate((baseUrl) => window.stream(baseUrl), network.url);
    let text = '';
    for (const chunk of ['Good ', 'morning ', '👋']) {
      assistant.push(chunk);
      text += chunk;
      await vi.waitFor(async () => expect(await tab.texts('body')).toEqual([text]), {
        timeout: 30_000,
      });
      network.cut();
    }
    assistant.end();
    expect(await response).toBe(text);
    expect(await tab.texts('body')).toEqual([text]);
    expect(assistant.requests).toHaveLength(1);
  });
});
