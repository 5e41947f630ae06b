import type { ChatHooks, ChatLogger } from '@chat/client';

/** One thing that the client did. */
export interface Entry {
  key: number;
  /** Milliseconds since the epoch. */
  at: number;
  text: string;
  kind: 'good' | 'bad' | 'plain';
}

const LONGEST = 60;

/** What the client does, newest first, as it tells by its hooks and its logger. */
export class Journal {
  #entries: readonly Entry[] = [];
  #count = 0;
  readonly #listeners = new Set<() => void>();

  readonly entries = (): readonly Entry[] => this.#entries;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  note(text: string, kind: Entry['kind'] = 'plain'): void {
    this.#count += 1;
    const entry = { key: this.#count, at: Date.now(), text, kind };
    this.#entries = [entry, ...this.#entries].slice(0, LONGEST);
    for (const listener of this.#listeners) listener();
  }

  readonly hooks: ChatHooks = {
    onTokenRefreshed: ({ reason }) => this.note(tokenSentences[reason], 'good'),
    onRetry: ({ route, delayMs, error }) =>
      this.note(`${routeWords[route]} failed; again in ${seconds(delayMs)} (${error.code})`, 'bad'),
  };

  readonly logger: ChatLogger = {
    debug: (text, fields) => {
      const sentence = text.startsWith('The socket is ') ? ofSocket(fields ?? {}) : undefined;
      if (sentence !== undefined) this.note(...sentence);
    },
    info: () => {},
    // What is tried again was told by the hook.
    warn: (text) => text.endsWith('is tried again.') || this.note(text, 'bad'),
    error: (text) => this.note(text, 'bad'),
  };
}

const routeWords = {
  login: 'Logging in',
  logout: 'Logging out',
  sendMessage: 'Sending',
  history: 'Reading the history',
  sessions: 'Reading the sessions',
  feedback: 'Rating',
  chatStats: 'Reading the figures',
  messageStats: 'Reading the figures',
};

const tokenSentences = {
  initial: 'Logged in: there is a token',
  expiring: 'The token was about to expire: got a new one',
  rejected: 'The token was refused: got a new one',
};

function ofSocket(fields: Record<string, unknown>): [string, Entry['kind']] | undefined {
  const { state, code, retryInMs } = fields;
  const why = typeof code === 'number' ? ` (${code})` : '';
  switch (state) {
    case 'connecting':
      return [`Dialling${why}`, 'plain'];
    case 'open':
      return ['The line is open', 'good'];
    case 'waiting':
      return [`The line broke${why}; dials in ${seconds(Number(retryInMs))}`, 'bad'];
    case 'closed':
      return [`The line is closed${why}`, 'plain'];
    default:
      return undefined;
  }
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}
