import { closeCodes } from '@chat/contract';

/** Why a socket is closed: the code for the client's program, the reason for its author. */
export interface Closing {
  readonly code: number;
  /** At most 123 bytes: RFC 6455 leaves no more room in a close frame. */
  readonly reason: string;
}

export const closings = {
  badFrames: { code: closeCodes.policyViolation, reason: 'Too many bad frames in a row.' },
  // Without a word, as `ws` says it by itself where it sees the size first.
  frameTooLarge: { code: closeCodes.messageTooBig, reason: '' },
  failed: { code: closeCodes.internalError, reason: 'The server failed: connect again.' },
  stopping: { code: closeCodes.serviceRestart, reason: 'The server is stopping: connect again.' },
  busy: { code: closeCodes.tryAgainLater, reason: 'The server is busy: connect again later.' },
  tooSlow: { code: closeCodes.tryAgainLater, reason: 'Too much waits for you: read faster.' },
  tooEarly: {
    code: closeCodes.tryAgainLater,
    reason: 'Too much was sent before the greeting: wait for it.',
  },
  tokenMissing: {
    code: closeCodes.unauthorized,
    reason: 'A token is needed: connect with ?token=<access_token>.',
  },
  tokenRefused: {
    code: closeCodes.unauthorized,
    reason: 'The token is not valid or no longer valid: log in again.',
  },
  tokenExpired: { code: closeCodes.unauthorized, reason: 'The token has expired: log in again.' },
  tokenRevoked: { code: closeCodes.unauthorized, reason: 'The token was revoked: log in again.' },
  originForbidden: {
    code: closeCodes.forbidden,
    reason: 'Pages of this origin may not connect.',
  },
  tooManySockets: {
    code: closeCodes.tooManyConnections,
    reason: 'You have too many connections: close one first.',
  },
} as const satisfies Record<string, Closing>;
