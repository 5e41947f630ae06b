import type { Credentials, Harness, HarnessLimits } from '@chat/conformance';
import { WebSocket } from 'ws';

export interface RemoteHarnessOptions {
  readonly url: string;
  readonly user: Credentials;
  readonly secondUser?: Credentials | undefined;
  /** Those of the backend. */
  readonly limits: HarnessLimits;
  /** Timeout for one response or frame, in ms. */
  readonly timeoutMs: number;
  /** Called before every wait, for a rate limit to reset or a token to expire. */
  onWait(ms: number): void;
}

const requiresControl = 'it needs control over the backend, and this is only a URL';

/** A harness for a backend of which only the URL and one or two users are known. It waits in real time. */
export function createRemoteHarness(options: RemoteHarnessOptions): Harness {
  return {
    baseUrl: options.url.replace(/\/+$/, ''),
    user: options.user,
    ...(options.secondUser === undefined ? {} : { secondUser: options.secondUser }),
    fetch: globalThis.fetch,
    openSocket: (url, { origin } = {}) =>
      new WebSocket(url, {
        perMessageDeflate: false,
        ...(origin === undefined ? {} : { origin }),
      }) as never,
    wait: async (ms) => {
      options.onWait(ms);
      await new Promise((resolve) => setTimeout(resolve, ms));
    },
    limits: options.limits,
    timeoutMs: options.timeoutMs,
    missingCapabilities: {
      ...(options.secondUser === undefined
        ? { 'second-user': 'it needs a second user: repeat --user with another name' }
        : {}),
      'fresh-user': 'it needs a user without messages',
      clock: 'it needs a clock that can be advanced, and a remote backend has a real one',
      'failing-assistant': requiresControl,
      'held-assistant': requiresControl,
      drain: requiresControl,
      'silent-client': 'it needs a clock that can be advanced, and a remote backend has a real one',
      'short-sessions': 'it needs a limit of four messages per session',
      'slow-reader': 'it needs more messages per minute than the rate limit allows',
    },
  };
}
