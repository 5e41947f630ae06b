import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';

/** What one does on the page, and sees of it. */
export class ChatPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async logIn(): Promise<void> {
    await this.page.getByRole('button', { name: 'Log in' }).click({ timeout: 30_000 });
    await this.isConnected();
  }

  async isConnected(): Promise<void> {
    await this.page.getByRole('status').getByText('Connected').waitFor({ timeout: 30_000 });
  }

  async say(text: string): Promise<void> {
    await this.page.getByLabel('Message', { exact: true }).fill(text);
    await this.page.keyboard.press('Enter');
  }

  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click();
  }

  async view(name: 'Chat' | 'Line' | 'Figures' | 'Sessions'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('button', { name }).click();
  }

  /** The stored messages and those on their way, oldest first. */
  said(): Promise<string[]> {
    return this.page.locator('article > p').allTextContents();
  }

  journal(): Promise<string[]> {
    return this.page.locator('.journal li').allTextContents();
  }

  /** From now on; returns how to read all that the reply looked like. */
  async watchReply(): Promise<() => Promise<string[]>> {
    const seen = await this.page.evaluateHandle(() => {
      const texts: string[] = [];
      const look = () => {
        const text = document.querySelector('[data-testid=reply]')?.textContent ?? '';
        if (text !== '' && text !== texts.at(-1)) texts.push(text);
      };
      const changes = { childList: true, characterData: true, subtree: true };
      new MutationObserver(look).observe(document.body, changes);
      return texts;
    });
    return () => seen.jsonValue();
  }

  /** Waits until the journal tells of it. */
  async journalTells(text: string): Promise<void> {
    await eventually(async () => expect((await this.journal()).join('\n')).toContain(text));
  }

  /** Waits until the log ends with these. */
  async endsWith(...texts: (string | RegExp)[]): Promise<void> {
    const wanted = texts.map((text) =>
      typeof text === 'string' ? text : expect.stringMatching(text),
    );
    await eventually(async () => expect((await this.said()).slice(-texts.length)).toEqual(wanted));
  }
}

export function eventually<T>(look: () => Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 30_000, interval: 100 });
}
