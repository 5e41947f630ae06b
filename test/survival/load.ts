import { expect } from 'vitest';
import { history, logIn, send } from '../cluster/caller.js';

export const users = ['ada', 'bob', 'cyd', 'dan'];
export const credentials = users.map((name) => `${name}:s3cret`);
/** More than any test sends. */
export const withoutAllowance = {
  CHAT_MESSAGES_PER_MINUTE: '1000000',
  CHAT_LOGINS_PER_MINUTE: '1000000',
};

interface Sent {
  readonly user: string;
  readonly content: string;
  readonly key: string;
}

/** People who talk without a pause, each message with a key, and remember what became of each. */
export class Load {
  readonly acknowledged: Sent[] = [];
  readonly refusals: number[] = [];
  /** What ended without any answer. */
  cut = 0;
  #interrupted: Sent[] = [];
  #count = 0;
  readonly #tokens = new Map<string, string>();

  async logIn(url: string): Promise<void> {
    for (const user of users) this.#tokens.set(user, await logIn(url, user));
  }

  tokenOf(user: string): string {
    return this.#tokens.get(user) ?? '';
  }

  /** Two lines for each user, until `stop` is aborted or the line breaks. */
  async talk(url: string, stop?: AbortSignal): Promise<void> {
    const lines = [...users, ...users].map(async (user) => {
      while (!stop?.aborted) {
        this.#count += 1;
        const sent = { user, content: `Message ${this.#count}`, key: `key-${this.#count}` };
        if (!(await this.#say(url, sent))) return;
      }
    });
    await Promise.all(lines);
  }

  /** Sends again what got no answer: the same key, so that it is had once. */
  async repeatInterrupted(url: string): Promise<void> {
    for (const sent of this.#interrupted.splice(0)) await this.#say(url, sent);
    expect(this.#interrupted).toEqual([]);
  }

  /** Each acknowledged message is there once, with one reply. */
  async expectKept(url: string): Promise<void> {
    for (const user of users) {
      const counts = new Map<string, number>();
      for (const { role, content } of await history(url, this.tokenOf(user))) {
        const said = `${role} ${content}`;
        counts.set(said, (counts.get(said) ?? 0) + 1);
      }
      for (const sent of this.acknowledged.filter((one) => one.user === user)) {
        expect([sent.content, counts.get(`user ${sent.content}`)]).toEqual([sent.content, 1]);
        expect([sent.content, counts.get(`assistant ${sent.content}`)]).toEqual([sent.content, 1]);
      }
    }
  }

  async #say(url: string, sent: Sent): Promise<boolean> {
    try {
      const { status } = await send(url, this.tokenOf(sent.user), sent.content, sent.key);
      if (status === 200) {
        this.acknowledged.push(sent);
        return true;
      }
      this.refusals.push(status);
    } catch {
      // Whether it was stored is not known here.
      this.cut += 1;
    }
    this.#interrupted.push(sent);
    return false;
  }
}
