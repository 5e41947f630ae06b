import type { closeCodes } from '../close-codes.js';
import { defaults } from '../limits.js';

export interface CloseText {
  readonly description: string;
  /** Whether dialling again may help. */
  readonly retry: 'yes' | 'no' | 'later' | 'with a new token';
  /** The reason as our server words it; missing where no server sends the code. */
  readonly reason?: string;
}

/** What `docs/asyncapi.json` says about each close code; one without words does not compile. */
export const closeTexts: { readonly [Name in keyof typeof closeCodes]: CloseText } = {
  normal: { description: 'The client is done.', retry: 'no', reason: '' },
  goingAway: { description: 'The client or the server goes away.', retry: 'yes', reason: '' },
  noStatus: {
    description: 'The peer closed without a code; never on the wire.',
    retry: 'yes',
  },
  abnormal: { description: 'The line broke; never on the wire.', retry: 'yes' },
  policyViolation: {
    description: `${defaults.badFramesInARow} frames in a row could not be used.`,
    retry: 'no',
    reason: 'Too many bad frames in a row.',
  },
  messageTooBig: {
    description: 'A frame was larger than the server reads.',
    retry: 'no',
    reason: 'The frame is too large.',
  },
  internalError: {
    description: 'The server failed.',
    retry: 'yes',
    reason: 'The server failed: connect again.',
  },
  serviceRestart: {
    description: 'The server is stopping.',
    retry: 'yes',
    reason: 'The server is stopping: connect again.',
  },
  tryAgainLater: {
    description: `The server is overloaded, or more than ${defaults.outboxMaxBytes} bytes waited for a reader that was too slow.`,
    retry: 'later',
    reason: 'Too much waits for you: read faster.',
  },
  unauthorized: {
    description:
      'The token is missing, invalid, expired or revoked; also while the socket is open.',
    retry: 'with a new token',
    reason: 'The token has expired: log in again.',
  },
  forbidden: {
    description:
      "The page's origin is not allowed; allowed are none, the server's own and the configured ones.",
    retry: 'no',
    reason: 'Pages of this origin may not connect.',
  },
  tooManyConnections: {
    description: `The user has ${defaults.socketsPerUser} live sockets already.`,
    retry: 'later',
    reason: 'You have too many connections: close one first.',
  },
};
