import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delay } from '../demo/assistant.js';
import { user } from '../demo/demo-config.js';
import { serve } from '../demo/serve.js';
import {
  canBrowse,
  desktop,
  expectAccessible,
  expectToFit,
  openBrowser,
  screenshot,
  smallPhone,
} from './browser.js';
import { ChatPage, eventually } from './page.js';

const tram = /^Take tram 4 from Market Square.*quarter of an hour\.$/;

describe.skipIf(!canBrowse)('the page with the server', () => {
  let demo: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;
  let context: BrowserContext;
  /** The assistant waits for it before each word. */
  let resumed = Promise.resolve();

  beforeAll(async () => {
    [demo, browser] = await Promise.all([
      serve(0, async (ms) => {
        await delay(ms);
        await resumed;
      }),
      openBrowser(),
    ]);
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

  it('shows above the button why a login failed', async () => {
    const chat = await open();
    await chat.page.getByLabel('Password').fill('wrong');
    await chat.press('Log in');
    const error = chat.page.getByRole('alert').getByText('Wrong username or password.');
    await error.waitFor();
    const button = chat.page.getByRole('button', { name: 'Log in' });
    const [errorBox, buttonBox] = await Promise.all([error.boundingBox(), button.boundingBox()]);
    expect((errorBox?.y ?? 0) + (errorBox?.height ?? 0)).toBeLessThan(buttonBox?.y ?? 0);
    await expectAccessible(chat.page);
    await chat.page.getByLabel('Password').fill(user.password);
    await chat.logIn();
  });

  it('streams a reply, rates it and updates the statistics', async () => {
    const chat = await open();
    await expectAccessible(chat.page);
    await chat.logIn();
    const readRecord = await chat.recordReply();
    await chat.send('Which tram goes to the harbour?');
    await chat.endsWith('Which tram goes to the harbour?', tram);
    const states = await readRecord();
    expect(states.length).toBeGreaterThan(10);
    expect(states).toEqual(states.toSorted((a, b) => a.length - b.length));
    await expectAccessible(chat.page);

    await chat.open('Statistics');
    const bad = chat.page.getByRole('button', { name: 'Bad reply' }).last();
    const donut = chat.page.getByRole('img', { name: 'satisfied' });
    const before = await donut.getAttribute('aria-label');
    await bad.click();
    expect(await bad.getAttribute('aria-pressed')).toBe('true');
    await eventually(async () => expect(await donut.getAttribute('aria-label')).not.toBe(before));
    await eventually(async () =>
      expect(await chat.page.getByText('Messages today').locator('..').textContent()).toMatch(
        /(\d+) of 70/,
      ),
    );
  });

  it('loads the whole history, and the messages of a session', async () => {
    const chat = await open();
    await chat.logIn();
    const log = chat.page.getByRole('log');
    await eventually(async () => expect((await chat.messages()).length).toBeGreaterThanOrEqual(50));
    await log.focus();
    await chat.page.keyboard.press('Home');
    await chat.page.getByText('Start of the conversation').waitFor();
    expect((await chat.messages())[0]).toBe('Good morning!');
    // The messages that were visible stay in place.
    expect(await log.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(200);
    // Sending a message scrolls to the end.
    await chat.send('Good morning!');
    await chat.endsWith('Good morning!', /^Good day/);
    await expect(
      log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight),
    ).resolves.toBeLessThan(2);

    await chat.open('Sessions');
    // Not by their day, which changes when the test runs at midnight.
    const session = chat.sessions().filter({ hasText: '12 messages' }).last();
    await session.locator('summary').click();
    await session.getByText('Is there coffee at the pier?').waitFor();

    await chat.page.route('**/chat/history*', (route) => route.abort());
    await chat.sessions().first().locator('summary').click();
    await chat.page.getByText('The session could not be loaded. Open it again to retry.').waitFor();
  });

  it('reconnects after a lost connection and sends the queued message', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.open('Simulate failures');
    const readBanner = await chat.recordBanner();
    await chat.press('Disconnect');
    await chat.send('Thanks!');
    await eventually(async () =>
      expect(await readBanner()).toContainEqual(
        expect.stringMatching(/^Reconnecting… 1 message queued\.\d\.\d s/),
      ),
    );
    await screenshot(chat.page, 'disconnected');
    await chat.endsWith('Thanks!', /^You are welcome/);
    await chat.eventLogShows('Connection lost');
    expect((await chat.messages()).filter((text) => text === 'Thanks!')).toHaveLength(
      (await earlierThanks(chat)) + 1,
    );
  });

  /** What has the focus: the label of a field or a region, or the text of a button. */
  const focused = (chat: ChatPage) =>
    chat.page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.ariaLabel ?? element?.closest('label, button')?.textContent?.trim();
    });

  it.each([
    ['the user presses it', true],
    ['the wait ends', false],
  ])('moves the focus of "Reconnect now" to the message field when %s', async (_, isPressed) => {
    const chat = await open();
    await chat.logIn();
    await chat.open('Simulate failures');
    // The button may be there only for a moment.
    const found = chat.page.evaluate(
      (isPressed) =>
        new Promise<void>((resolve) => {
          const find = () => {
            const button = document.querySelector<HTMLElement>('.banner button');
            if (button?.textContent !== 'Reconnect now') return;
            observer.disconnect();
            button.focus();
            if (isPressed) button.click();
            resolve();
          };
          const observer = new MutationObserver(find);
          observer.observe(document.body, { childList: true, subtree: true });
        }),
      isPressed,
    );
    await chat.press('Disconnect');
    await found;
    await chat.waitUntilConnected();
    expect(await focused(chat)).toBe('Message');
  });

  it('keeps the focus near the button that stopped a reply, and in what replaces a form', async () => {
    const chat = await open();
    await chat.page.getByLabel('Password').fill('wrong');
    await chat.press('Log in');
    await chat.page.getByRole('alert').getByText('Wrong username or password.').waitFor();
    expect(await focused(chat)).toBe('Log in');
    await chat.page.getByLabel('Password').fill(user.password);
    await chat.logIn();
    expect(await focused(chat)).toBe('Message');

    const receiveReply = async (beforeItsEnd: () => Promise<void>) => {
      let resume = () => {};
      resumed = new Promise((resolve) => {
        resume = resolve;
      });
      await chat.send('Which tram goes to the harbour?');
      await chat.page.getByRole('button', { name: 'Stop', exact: true }).focus();
      await beforeItsEnd();
      resume();
      await chat.endsWith('Which tram goes to the harbour?', tram);
    };
    await receiveReply(async () => {});
    expect(await focused(chat)).toBe('Messages');
    // The user takes the focus away.
    await receiveReply(() =>
      chat.page
        .locator('header')
        .first()
        .click({ position: { x: 1, y: 1 } }),
    );
    expect(await focused(chat)).toBeUndefined();

    await chat.press('Log out');
    await chat.page.getByLabel('Password').waitFor();
    expect(await focused(chat)).toBe('Username');
  });

  /** How often 'Thanks!' was sent before. */
  const earlierThanks = async (chat: ChatPage) => {
    const messages = await chat.messages();
    return messages.slice(0, -2).filter((text) => text === 'Thanks!').length;
  };

  it('refreshes a rejected token', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.open('Simulate failures');
    await chat.press('Expire the token');
    await chat.eventLogShows('The token was rejected; refreshed it');
    await chat.waitUntilConnected();
    await chat.send('Is it going to rain?');
    await chat.endsWith('Is it going to rain?', /^A fresh breeze/);
  });

  it('stays logged in after a reload, and asks for a login when the token has expired', async () => {
    const chat = await open();
    await chat.logIn();
    const logins: string[] = [];
    chat.page.on('request', (request) => {
      if (request.url().endsWith('/login')) logins.push(request.url());
    });
    await chat.page.reload();
    await chat.waitUntilConnected();
    expect(logins).toEqual([]);
    await chat.open('Simulate failures');
    await chat.press('Expire the token');
    await chat.page.getByText('Your login has expired. Please log in again.').waitFor();
    await expectAccessible(chat.page);
    await chat.logIn();
  });

  it('shows the same conversation in two tabs after one login', async () => {
    const first = await open();
    await first.logIn();
    const second = await open();
    await second.waitUntilConnected();
    await first.send('What does a ticket cost?');
    await second.endsWith('What does a ticket cost?', /^A day ticket/);
    await second.send('And breakfast?');
    await first.endsWith('And breakfast?', /^Behind the fish market/);
    expect((await first.messages()).slice(-4)).toEqual((await second.messages()).slice(-4));
  });

  it('shows a reply in progress after a reload and in another tab, and stops it', async () => {
    const first = await open();
    await first.logIn();
    await first.send('Show me the timetable.');
    await eventually(async () => expect(await first.reply()).toContain('Tram 4'));
    let resume = () => {};
    resumed = new Promise((resolve) => {
      resume = resolve;
    });
    const before = await first.reply();
    await first.page.reload();
    await eventually(async () => expect(await first.reply()).toContain(before));
    const second = await open();
    await eventually(async () => expect(await second.reply()).toContain(before));
    await expectAccessible(second.page);
    await second.page.getByRole('status').getByText('The assistant is writing.').waitFor();
    await second.page.getByRole('button', { name: 'Stop the reply' }).waitFor();
    await second.press('Stop');
    resume();
    expect(await second.page.locator(':focus').getAttribute('aria-label')).toBe('Message');
    for (const tab of [first, second]) {
      await tab.page.getByRole('article').getByText('The reply was stopped.').waitFor();
      expect(await tab.reply()).toBe('');
    }
    const [question, reply = ''] = (await first.messages()).slice(-2);
    expect(question).toBe('Show me the timetable.');
    expect(reply.startsWith(before)).toBe(true);
    expect((await second.messages()).slice(-2)).toEqual([question, reply]);
  });

  it('requests another reply, and starts a new chat', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.send('Good morning!');
    await chat.endsWith('Good morning!', /^Good day/);
    await chat.press('Regenerate');
    await chat.endsWith('Good morning!', /^Good day/, /^Good day/);
    const other = await open();
    await other.endsWith('Good morning!', /^Good day/, /^Good day/);
    const headings = (tab: ChatPage) => tab.page.getByRole('heading', { name: 'New chat' }).count();
    // Earlier sessions may have one too.
    const [before, beforeInOther] = [await headings(chat), await headings(other)];
    await chat.press('New chat');
    await eventually(async () => expect(await headings(chat)).toBe(before + 1));
    expect(await chat.page.locator(':focus').getAttribute('aria-label')).toBe('Message');
    await chat.send('Thanks!');
    for (const tab of [chat, other]) {
      await tab.open('Sessions');
      await tab.endsWith('Good morning!', /^Good day/, /^Good day/, 'Thanks!', /^You are welcome/);
      await tab.sessions().first().getByText('2 messages').waitFor();
    }
    expect(await headings(chat)).toBe(before + 1);
    expect(await headings(other)).toBe(beforeInOther + 1);
    await expectAccessible(chat.page);
  });

  it('waits while the browser is offline, and continues when it is online', async () => {
    const chat = await open();
    await chat.logIn();
    await context.setOffline(true);
    await chat.open('Simulate failures');
    await chat.press('Reconnect');
    await chat.page.getByRole('status').getByText('You are offline.').waitFor();
    await chat.send('I left my umbrella on tram 9.');
    await chat.send('Thanks!');
    await chat.page.getByRole('article').getByText('Sending…').waitFor();
    // Messages of one sender form a group.
    const articles = chat.page.getByRole('article');
    const [above, below] = [
      await articles.nth(-2).boundingBox(),
      await articles.last().boundingBox(),
    ];
    expect((below?.y ?? 0) - (above?.y ?? 0) - (above?.height ?? 0)).toBeLessThan(10);
    await chat.press('Close');
    await chat.page.setViewportSize(smallPhone);
    await expectToFit(chat.page);
    await expectAccessible(chat.page);
    await context.setOffline(false);
    await chat.endsWith(
      'I left my umbrella on tram 9.',
      /^Things that are found/,
      'Thanks!',
      /^You are welcome/,
    );
  });

  it('lets the user edit a message that the server rejected', async () => {
    const chat = await open();
    await chat.logIn();
    const field = chat.page.getByLabel('Message', { exact: true });
    await chat.send(`Thanks!${'!'.repeat(9_000)}`);
    await chat.page.getByRole('alert').getByText('at most 8000 characters').waitFor();
    expect(await chat.page.getByRole('button', { name: 'Retry' }).count()).toBe(0);
    await chat.page.getByRole('button', { name: 'Discard' }).focus();
    await chat.page.keyboard.press('Enter');
    expect(await chat.page.getByRole('alert').count()).toBe(0);
    expect(await chat.page.locator(':focus').getAttribute('aria-label')).toBe('Messages');
    await chat.send(`Thanks!${'!'.repeat(9_000)}`);
    await field.fill('And a draft');
    await chat.press('Edit');
    expect(await field.inputValue()).toMatch(/^Thanks!+\nAnd a draft$/);
    await expect(field.evaluate((element) => element === document.activeElement)).resolves.toBe(
      true,
    );
    await chat.send('Thanks!');
    await chat.endsWith('Thanks!', /^You are welcome/);
    expect(await chat.page.getByRole('alert').count()).toBe(0);
  });

  it('waits when the rate limit is reached, and loses no message', async () => {
    const chat = await open();
    await chat.logIn();
    await chat.open('Simulate failures');
    const readBanner = await chat.recordBanner();
    await chat.press('Exceed the rate limit');
    await eventually(async () =>
      expect(await readBanner()).toContainEqual(
        expect.stringMatching(/^Rate limit reached\. \d+ messages? queued\.\d\.\d s/),
      ),
    );
    await expectAccessible(chat.page);
    const expected = Array.from({ length: 12 }, (_, index) => [
      `Ping ${index + 1}`,
      `Pong ${index + 1}`,
    ]);
    await chat.endsWith(...expected.flat());
  });
});
