import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../demo/serve.js';
import { canBrowse, desktop, expectAccessible, openBrowser, screenshot } from './browser.js';
import { ChatPage, eventually } from './page.js';

const tram = /^Take tram 4 from Market Square.*quarter of an hour\.$/;

describe.skipIf(!canBrowse)('the page, against the server', () => {
  let demo: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let context: BrowserContext;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([serve(0), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });
  beforeEach(async () => {
    context = await browser.newContext({ viewport: desktop });
  });
  afterEach(() => context.close());

  const open = async (path = '') => {
    const page = await context.newPage();
    await page.goto(demo.url + path);
    return new ChatPage(page);
  };

  it('talks: the reply streams in, is rated, and counts', async () => {
    const chat = await open();
    await expectAccessible(chat.page);
    await chat.logIn();
    const growth = await chat.watchReply();
    await chat.say('Which tram goes to the harbour?');
    await chat.endsWith('Which tram goes to the harbour?', tram);
    const pieces = await growth();
    expect(pieces.length).toBeGreaterThan(10);
    expect(pieces).toEqual(pieces.toSorted((one, other) => one.length - other.length));
    await expectAccessible(chat.page);

    const bad = chat.page.getByRole('button', { name: 'A bad reply' }).last();
    const ring = chat.page.getByRole('img', { name: 'satisfied' });
    const before = await ring.getAttribute('aria-label');
    await bad.click();
    expect(await bad.getAttribute('aria-pressed')).toBe('true');
    await eventually(async () => expect(await ring.getAttribute('aria-label')).not.toBe(before));
    await eventually(async () =>
      expect(await chat.page.getByText('Messages today').locator('..').textContent()).toMatch(
        /(\d+) of 70/,
      ),
    );
  });

  it('goes back through the history to its beginning, and through a session', async () => {
    const chat = await open();
    await chat.logIn();
    const log = chat.page.getByRole('log');
    await eventually(async () => expect((await chat.said()).length).toBeGreaterThanOrEqual(50));
    await log.focus();
    await chat.page.keyboard.press('Home');
    await chat.page.getByText('This is where it began.').waitFor();
    expect((await chat.said())[0]).toBe('Good morning!');
    // What one read stays where it was.
    expect(await log.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(200);
    // What one says is in sight, wherever one read.
    await chat.say('Good morning!');
    await chat.endsWith('Good morning!', /^Good day/);
    await expect(
      log.evaluate((all) => all.scrollHeight - all.scrollTop - all.clientHeight),
    ).resolves.toBeLessThan(2);

    const session = chat.page.getByRole('group').filter({ hasText: 'Yesterday' }).last();
    await session.locator('summary').click();
    await session.getByText('Is there coffee at the pier?').waitFor();

    await chat.page.route('**/chat/history*', (route) => route.abort());
    await chat.page
      .getByRole('group')
      .filter({ hasText: 'Today' })
      .first()
      .locator('summary')
      .click();
    await chat.page.getByText('Out of reach; open it again to try again.').waitFor();
  });

  it('comes back after the line was cut, and sends what was said meanwhile', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.page.getByRole('img', { name: 'satisfied' }).waitFor();
    await chat.press('Cut the line');
    await chat.say('Thanks!');
    await chat.page.getByText('On its way').waitFor();
    await eventually(async () =>
      expect(await chat.page.locator('.waiting').textContent()).toBe(
        'The line broke (1006) and is dialled again. 1 message waits.',
      ),
    );
    await screenshot(chat.page, 'line-down');
    await chat.endsWith('Thanks!', /^You are welcome/);
    await chat.journalTells('The line broke');
    expect((await chat.said()).filter((text) => text === 'Thanks!')).toHaveLength(
      (await before(chat)) + 1,
    );
  });

  /** How often the past ends with thanks. */
  const before = async (chat: ChatPage) => {
    const said = await chat.said();
    return said.slice(0, -2).filter((text) => text === 'Thanks!').length;
  };

  it('logs in again by itself when the token is refused', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.press('Expire the token');
    await chat.journalTells('The token was refused: got a new one');
    await chat.isConnected();
    await chat.say('Is it going to rain?');
    await chat.endsWith('Is it going to rain?', /^A fresh breeze/);
  });

  it('survives a reload without a login, and asks for one when its token has ended', async () => {
    const chat = await open();
    await chat.logIn();
    const logins: string[] = [];
    chat.page.on('request', (request) => {
      if (request.url().endsWith('/login')) logins.push(request.url());
    });
    await chat.page.reload();
    await chat.isConnected();
    expect(logins).toEqual([]);
    await chat.press('Expire the token');
    await chat.page.getByText('Your login has ended. Log in again to go on.').waitFor();
    await expectAccessible(chat.page);
    await chat.logIn();
  });

  it('shows the same in two tabs, with one login', async () => {
    const first = await open();
    await first.logIn();
    const second = await open();
    await second.isConnected();
    await first.say('What does a ticket cost?');
    await second.endsWith('What does a ticket cost?', /^A day ticket/);
    await second.say('And breakfast?');
    await first.endsWith('And breakfast?', /^Behind the fish market/);
    expect((await first.said()).slice(-4)).toEqual((await second.said()).slice(-4));
  });

  it('waits while the browser is offline, and goes on when it is back', async () => {
    const chat = await open();
    await chat.logIn();
    await context.setOffline(true);
    await chat.press('Dial now');
    await eventually(async () =>
      expect(await chat.page.getByRole('status').textContent()).not.toBe('Connected'),
    );
    await chat.say('I left my umbrella on tram 9.');
    await chat.page.getByText('On its way').waitFor();
    await context.setOffline(false);
    await chat.endsWith('I left my umbrella on tram 9.', /^Things that are found/);
  });

  it('gives back what the server refuses, to be made fit and sent', async () => {
    const chat = await open();
    await chat.logIn();
    const field = chat.page.getByLabel('Message', { exact: true });
    await chat.say(`Thanks!${'!'.repeat(9_000)}`);
    await chat.page.getByRole('alert').getByText('at most 8000 characters').waitFor();
    expect(await chat.page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
    await chat.page.getByRole('button', { name: 'Discard' }).focus();
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.getByRole('alert').count()).toBe(0);
    expect(await chat.page.locator(':focus').getAttribute('aria-label')).toBe('Messages');
    await chat.say(`Thanks!${'!'.repeat(9_000)}`);
    await field.fill('And a draft');
    await chat.press('Edit');
    expect(await field.inputValue()).toMatch(/^Thanks!+\nAnd a draft$/);
    await expect(field.evaluate((element) => element === document.activeElement)).resolves.toBe(
      true,
    );
    await chat.say('Thanks!');
    await chat.endsWith('Thanks!', /^You are welcome/);
    expect(await chat.page.getByRole('alert').count()).toBe(0);
  });

  it('hits the limit, waits as long as it is told, and loses nothing', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.press('Hit the limit');
    await chat.page.getByText('The limit is reached.').waitFor();
    const said = Array.from({ length: 12 }, (_, nth) => [`Ping ${nth + 1}`, `Pong ${nth + 1}`]);
    await chat.endsWith(...said.flat());
  });
});
