import type { ChatHooks, ChatLogger } from '@chat/client';
import { seconds } from '../chat/dates.js';

/** One event of the client. */
export interface LogEntry {
  key: number;
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
  kind: 'good' | 'bad' | 'neutral';
}

const MAX_ENTRIES = 60;

/** Collects the events of a client from its hooks and its logger, newest first. */
export class EventLog {
  #entries: readonly LogEntry[] = [];
  #count = 0;
  readonly #listeners = new Set<() => void>();

  readonly entries = (): readonly LogEntry[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  add(text: string, kind: LogEntry['kind'] = 'neutral'): void {
    this.#count += 1;
    const entry = { key: this.#count, at: Date.now(), text, kind };
    this.#entries = [entry, ...this.#entries].slice(0, MAX_ENTRIES);
    for (const listener of this.#listeners) listener();
  }

  readonly hooks: ChatHooks = {
    onTokenRefreshed: ({ reason }) => this.add(tokenTexts[reason], 'good'),
    onRetry: ({ route, delayMs, error }) =>
      this.add(`${routeTexts[route]} failed (${error.code}); retry in ${seconds(delayMs)}`, 'bad'),
  };

  readonly logger: ChatLogger = {
    debug: (_, fields) => {
      const entry = describeState(fields ?? {});
      if (entry !== undefined) this.add(...entry);
    },
    info: () => {},
    warn: (text, fields) => {
      // Retries are already logged by the hook.
      if (fields?.delayMs === undefined) this.add(text, 'bad');
    },
    error: (text) => this.add(text, 'bad'),
  };
}

const routeTexts = {
  login: 'Login',
  logout: 'Logout',
  sendMessage: 'Sending a message',
  history: 'Loading the history',
  sessions: 'Loading the sessions',
  feedback: 'Rating a reply',
  stop: 'Stopping a reply',
  regenerate: 'Requesting another reply',
  newSession: 'Starting a new chat',
  chatStats: 'Loading the statistics',
  messageStats: 'Loading the statistics',
};

const tokenTexts = {
  initial: 'Logged in, received a token',
  expiring: 'The token was about to expire; refreshed it',
  rejected: 'The token was rejected; refreshed it',
};

/** The entry for a log line that reports a state of the socket. */
function describeState(fields: Record<string, unknown>): [string, LogEntry['kind']] | undefined {
  const { state, code, retryInMs } = fields;
  const suffix = typeof code === 'number' ? ` (${code})` : '';
  switch (state) {
    case 'connecting':
      return [`Connecting${suffix}`, 'neutral'];
    case 'open':
      return ['Connected', 'good'];
    case 'waiting':
      return [`Connection lost${suffix}; reconnecting in ${seconds(Number(retryInMs))}`, 'bad'];
    case 'closed':
      return [`Connection closed${suffix}`, 'neutral'];
    default:
      return undefined;
  }
}
