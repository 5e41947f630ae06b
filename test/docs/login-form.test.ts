import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createChatServer } from '@chat/server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';

const guide = new URL('../../docs/guides/login-form.md', import.meta.url);
const polling = { timeout: 20_000 };

/** The page of the guide, as a script for our own page. */
async function scriptOfGuide(): Promise<string> {
  const text = await readFile(guide, 'utf8');
  const [html, script] = ['html', 'ts'].map(
    (language) => text.split(`\`\`\`${language}\n`)[1]?.split('\n```')[0] ?? '',
  );
  expect(script).toContain("'https://chat.example.com'");
  const [imports, rest] = script!.split(/(?<=@chat\/client';)\n/);
  return [
    imports,
    `document.body.innerHTML = ${JSON.stringify(html)};`,
    rest?.replace(
      "'https://chat.example.com'",
      "new URLSearchParams(location.search).get('backend') ?? ''",
    ),
  ].join('\n');
}

describe.skipIf(!canBrowse())('the page of the login form guide, in Chromium', () => {
  let browser: Browser | undefined;
  let folder: string;
  let backend: string;
  let app: Awaited<ReturnType<typeof createChatServer>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chat-login-form-'));
    const script = join(folder, 'page.ts');
    await writeFile(script, await scriptOfGuide());
    browser = await openChromium(script);
    app = await createChatServer({
      users: [
        { username: 'ada', password: 's3cret' },
        { username: 'bob', password: 'hunter2' },
      ],
      corsOrigins: [browser.origin],
    });
    backend = await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openTab(): Promise<Page> {
    const tab = await browser!.context.newPage();
    await tab.goto(`${browser!.origin}/?backend=${encodeURIComponent(backend)}`);
    await tab.locator('#login-form').waitFor({ state: 'attached' });
    return tab;
  }

  async function logIn(tab: Page, username: string, password: string): Promise<void> {
    await tab.getByLabel('Username').fill(username);
    await tab.getByLabel('Password').fill(password);
    await tab.getByRole('button', { name: 'Log in' }).click();
  }

  const userOf = (tab: Page) => () => tab.locator('#username').textContent();
  const problemOf = (tab: Page) => () => tab.locator('#problem').textContent();

  it('logs in, stays logged in after a reload, and logs out all tabs', async () => {
    const first = await openTab();
    await logIn(first, 'ada', 'wrong');
    await expect.poll(problemOf(first), polling).toBe('Wrong username or password.');
    await logIn(first, 'ada', 's3cret');
    await expect.poll(userOf(first), polling).toBe('ada');
    await first.getByLabel('Message').fill('Hello');
    await first.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => first.locator('#messages p').count(), polling).toBe(2);
    const shown = await first.locator('#messages p').allTextContents();
    expect(shown[0]).toBe('user: Hello');
    await first.reload();
    await expect.poll(userOf(first), polling).toBe('ada');
    await expect.poll(() => first.locator('#messages p').allTextContents(), polling).toEqual(shown);

    const second = await openTab();
    await expect.poll(userOf(second), polling).toBe('ada');
    await first.getByRole('button', { name: 'Log out' }).click();
    for (const tab of [first, second]) {
      await expect.poll(problemOf(tab), polling).toBe('You are logged out.');
      expect(await tab.locator('#messages p').count()).toBe(0);
      expect(await tab.locator('#login-form').isVisible()).toBe(true);
    }
    expect(await second.evaluate(() => Object.keys(localStorage))).toEqual([]);
    await second.reload();
    expect(await second.locator('#chat').isHidden()).toBe(true);
  });

  it('counts down after too many attempts', async () => {
    const tab = await openTab();
    const button = tab.getByRole('button', { name: 'Log in' });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      if (await button.isDisabled()) break;
      await logIn(tab, 'bob', 'wrong');
      await expect.poll(problemOf(tab), polling).not.toBe('');
    }
    await expect
      .poll(problemOf(tab), polling)
      .toMatch(/^Too many attempts\. Try again in \d+ s\.$/);
    expect(await button.isDisabled()).toBe(true);
  });
});
