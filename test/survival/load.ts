import { expect } from 'vitest';
import { call, history, logIn, send } from '../cluster/caller.js';

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
  logIns = 0;
  readonly users: readonly string[];
  #interrupted: Sent[] = [];
  #count = 0;
  readonly #tokens = new Map<string, string>();

  constructor(users: readonly string[] = ['ada', 'bob', 'cyd', 'dan']) {
    this.users = users;
  }

  /** For `--user`. */
  get credentials(): string[] {
    return this.users.map((name) => `${name}:s3cret`);
  }

  async logIn(url: string): Promise<void> {
    for (const user of this.users) await this.#logIn(url, user);
  }

  /** Logs in again whoever's token is no longer good. */
  async stayLoggedIn(url: string): Promise<void> {
    for (const user of this.users) {
      const token = this.tokenOf(user);
      const { status } = await call(url, '/api/v1/stats/chat', { token });
      if (status === 401) await this.#logIn(url, user);
    }
  }

  tokenOf(user: string): string {
    return this.#tokens.get(user) ?? '';
  }

  /** Two lines for each user, until `stop` is aborted or the line breaks. */
  async talk(url: string, stop?: AbortSignal): Promise<void> {
    const lines = [...this.users, ...this.users].map(async (user) => {
      while (!stop?.aborted) {
        this.#count += 1;
        const sent = { user, content: `Message ${this.#count}`, key: `key-${this.#count}` };
        if (!(await this.#say(url, sent))) return;
      }
    });
    await Promise.all(lines);
  }

  /** Sends again what got no answer, with the same key, until each has one. */
  async completeInterrupted(url: string): Promise<void> {
    while (this.#interrupted.length > 0) {
      await Promise.all(this.#interrupted.splice(0).map((sent) => this.#say(url, sent)));
    }
  }

  /** Each acknowledged message is there once, with one reply. */
  async expectKept(url: string): Promise<void> {
    for (const user of this.users) {
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

  async #logIn(url: string, user: string): Promise<void> {
    this.logIns += 1;
    this.#tokens.set(user, await logIn(url, user));
  }

  async #say(url: string, sent: Sent): Promise<boolean> {
    const token = this.tokenOf(sent.user);
    try {
      const { status } = await send(url, token, sent.content, sent.key);
      if (status === 401) {
        // Its time was over; another line of the same user may have logged in again by now.
        if (token === this.tokenOf(sent.user)) await this.#logIn(url, sent.user);
        return await this.#say(url, sent);
      }
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
