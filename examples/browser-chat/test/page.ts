import type { Locator, Page } from 'playwright-core';
import { expect, vi } from 'vitest';

/** What a user does and sees on the page. */
export class ChatPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async logIn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log in' }).click({ timeout: 90_000 });
    await this.waitUntilConnected();
  }

  async waitUntilConnected(): Promise<void> {
    await this.page.getByRole('status').getByText('Connected').waitFor({ timeout: 90_000 });
  }

  async send(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Opens a panel and waits for it. */
  async open(panel: 'Sessions' | 'Statistics' | 'Simulate failures'): Promise<void> {
    await this.page.getByRole('button', { name: panel, expanded: false }).click();
    await this.panel(panel).waitFor();
  }

  panel(name: string): Locator {
    return this.page.getByRole('region', { name });
  }

  /** The last stored reply. */
  lastReply(): Locator {
    const heading = this.page.getByRole('heading', { name: 'Assistant' });
    return this.page.getByRole('article').filter({ has: heading }).last();
  }

  /** The sessions in the panel, newest first. */
  sessions(): Locator {
    return this.panel('Sessions').getByRole('group');
  }

  /** The stored messages and those being sent, oldest first. */
  messages(): Promise<string[]> {
    return trimmed(this.page.locator('article > .content'));
  }

  /** The text of the reply in progress; empty without one. */
  async reply(): Promise<string> {
    return (await trimmed(this.page.getByTestId('reply'))).join('');
  }

  eventLog(): Promise<string[]> {
    return this.page.locator('.event-log li').allTextContents();
  }

  /** Records every text of the reply in progress from now on; the returned function reads the record. */
  recordReply(): Promise<() => Promise<string[]>> {
    return this.#record('[data-testid=reply]');
  }

  /** Records what the conversation says that it waits for. A slow test could miss a short state. */
  recordBanner(): Promise<() => Promise<string[]>> {
    return this.#record('.banner');
  }

  async #record(selector: string): Promise<() => Promise<string[]>> {
    const record = await this.page.evaluateHandle((selector) => {
      const texts: string[] = [];
      const observe = () => {
        const text = document.querySelector(selector)?.textContent ?? '';
        if (text !== '' && text !== texts.at(-1)) texts.push(text);
      };
      const changes = { childList: true, characterData: true, subtree: true };
      new MutationObserver(observe).observe(document.body, changes);
      return texts;
    }, selector);
    return () => record.jsonValue();
  }

  /** Waits until the event log contains a text. */
  async eventLogShows(text: string): Promise<void> {
    await eventually(async () => expect((await this.eventLog()).join('\n')).toContain(text));
  }

  /** Waits until the last messages are these. */
  async endsWith(...texts: (string | RegExp)[]): Promise<void> {
    const expected = texts.map((text) =>
      typeof text === 'string' ? text : expect.stringMatching(text),
    );
    await eventually(async () =>
      expect((await this.messages()).slice(-texts.length)).toEqual(expected),
    );
  }
}

async function trimmed(elements: Locator): Promise<string[]> {
  return (await elements.allTextContents()).map((text) => text.trim());
}

export function eventually<T>(check: () => Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 90_000, interval: 100 });
}
