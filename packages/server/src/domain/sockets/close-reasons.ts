import { closeCodes } from '@chat/contract';

/** Why a socket is closed: a code for the client's code, a reason for its developer. */
export interface CloseReason {
  readonly code: number;
  /** At most 123 bytes: a close frame (RFC 6455) has no room for more. */
  readonly reason: string;
}

export const closeReasons = {
  badFrames: { code: closeCodes.policyViolation, reason: 'Too many bad frames in a row.' },
  tooMuch: { code: closeCodes.policyViolation, reason: 'Too many frames or bytes: send less.' },
  // No reason, because `ws` sends none either when it detects the size first.
  frameTooLarge: { code: closeCodes.messageTooBig, reason: '' },
  failed: { code: closeCodes.internalError, reason: 'The server failed: connect again.' },
  stopping: { code: closeCodes.serviceRestart, reason: 'The server is stopping: connect again.' },
  busy: { code: closeCodes.tryAgainLater, reason: 'The server is busy: connect again later.' },
  tooSlow: {
    code: closeCodes.tryAgainLater,
    reason: 'Too much data is buffered for you: read faster.',
  },
  tooEarly: {
    code: closeCodes.tryAgainLater,
    reason: 'Too much was sent before the greeting: wait for it.',
  },
  tokenMissing: {
    code: closeCodes.unauthorized,
    reason: 'A token is needed: connect with ?token=<access_token>.',
  },
  tokenInvalid: {
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
} as const satisfies Record<string, CloseReason>;
