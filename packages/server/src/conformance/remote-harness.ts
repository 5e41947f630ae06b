import { defaults } from '@chat/contract';
import { WebSocket } from 'ws';
import type { Credentials, Harness, HarnessLimits } from './harness.js';

export interface RemoteOptions {
  readonly url: string;
  readonly user: Credentials;
  readonly limits?: Partial<HarnessLimits>;
  /**
   * How long one answer or frame may take, in ms.
   * @default 30000
   */
  readonly patienceMs?: number;
  /** Told of every wait for an allowance to grow back. */
  onWait?(ms: number): void;
}

const needsControl = 'it needs control over the backend, and this is only a URL';

/** A backend of which nothing is known but its URL and one user: waits are real. */
export function remoteHarness(options: RemoteOptions): Harness {
  return {
    baseUrl: options.url.replace(/\/+$/, ''),
    user: options.user,
    fetch: globalThis.fetch,
    dial: (url, { origin } = {}) =>
      new WebSocket(url, {
        perMessageDeflate: false,
        ...(origin === undefined ? {} : { origin }),
      }) as never,
    wait: async (ms) => {
      options.onWait?.(ms);
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    limits: {
      loginsPerWindow: options.limits?.loginsPerWindow ?? defaults.loginsPerWindow,
      messagesPerWindow: options.limits?.messagesPerWindow ?? defaults.messagesPerWindow,
      windowMs: options.limits?.windowMs ?? defaults.windowMs,
      socketsPerUser: options.limits?.socketsPerUser ?? defaults.socketsPerUser,
      contentMaxLength: options.limits?.contentMaxLength ?? defaults.contentMaxLength,
    },
    patienceMs: options.patienceMs ?? 30_000,
    cannot: {
      'second-user': 'it needs a second user, and one was given',
      'fresh-user': 'it needs a user who never wrote',
      clock: 'it needs hours to pass, and this clock is real',
      'failing-assistant': needsControl,
      'held-assistant': needsControl,
      drain: needsControl,
      'silent-client': 'it needs minutes of silence to pass, and this clock is real',
      'slow-reader': 'it needs more messages than the allowance gives in a minute',
    },
  };
}
