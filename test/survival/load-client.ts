import { expect } from 'vitest';
import { call, history, logIn, send } from '../cluster/http-calls.js';

/** Limits higher than any test reaches. */
export const withoutRateLimits = {
  CHAT_MESSAGES_PER_MINUTE: '1000000',
  CHAT_LOGINS_PER_MINUTE: '1000000',
};

interface Sent {
  readonly user: string;
  readonly content: string;
  readonly key: string;
}

/** Users who send messages without a pause, each with an idempotency key, and record the result of each. */
export class LoadClient {
  readonly acknowledged: Sent[] = [];
  readonly errorStatuses: number[] = [];
  /** The errors of requests that ended without a response. */
  readonly lostResponses: unknown[] = [];
  loginCount = 0;
  readonly users: readonly string[];
  #unanswered: Sent[] = [];
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

  /** Logs in again the users whose token has expired. */
  async refreshLogins(url: string): Promise<void> {
    for (const user of this.users) {
      const token = this.tokenOf(user);
      const { status } = await call(url, '/api/v1/stats/chat', { token });
      if (status === 401) await this.#logIn(url, user);
    }
  }

  tokenOf(user: string): string {
    return this.#tokens.get(user) ?? '';
  }

  /** Two connections per user, until `stop` is aborted or a message fails. */
  async sendMessages(url: string, stop?: AbortSignal): Promise<void> {
    const senders = [...this.users, ...this.users].map(async (user) => {
      while (!stop?.aborted) {
        this.#count += 1;
        const sent = { user, content: `Message ${this.#count}`, key: `key-${this.#count}` };
        if (!(await this.#send(url, sent))) return;
      }
    });
    await Promise.all(senders);
  }

  /** Sends the messages without a success again, with the same keys, until each succeeds. */
  async resendUnanswered(url: string): Promise<void> {
    while (this.#unanswered.length > 0) {
      await Promise.all(this.#unanswered.splice(0).map((sent) => this.#send(url, sent)));
    }
  }

  /** Each acknowledged message is stored once, with one reply. */
  async expectStored(url: string): Promise<void> {
    for (const user of this.users) {
      const counts = new Map<string, number>();
      for (const { role, content } of await history(url, this.tokenOf(user))) {
        const text = `${role} ${content}`;
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
      for (const sent of this.acknowledged.filter((one) => one.user === user)) {
        expect([sent.content, counts.get(`user ${sent.content}`)]).toEqual([sent.content, 1]);
        expect([sent.content, counts.get(`assistant ${sent.content}`)]).toEqual([sent.content, 1]);
      }
    }
  }

  async #logIn(url: string, user: string): Promise<void> {
    this.loginCount += 1;
    this.#tokens.set(user, await logIn(url, user));
  }

  async #send(url: string, sent: Sent): Promise<boolean> {
    const token = this.tokenOf(sent.user);
    try {
      const { status } = await send(url, token, sent.content, sent.key);
      if (status === 401) {
        // The token has expired; the other connection of the user may have logged in already.
        if (token === this.tokenOf(sent.user)) await this.#logIn(url, sent.user);
        return await this.#send(url, sent);
      }
      if (status === 200) {
        this.acknowledged.push(sent);
        return true;
      }
      this.errorStatuses.push(status);
    } catch (error) {
      // It is unknown whether it was stored.
      this.lostResponses.push(error);
    }
    this.#unanswered.push(sent);
    return false;
  }
}
