import type { closeCodes } from '../close-codes.js';
import { protocolDefaults } from '../limits.js';

interface CloseCodeSpec {
  readonly description: string;
  /** Whether the client should reconnect. */
  readonly retry: 'yes' | 'no' | 'later' | 'with a new token';
  /** The reason that our server sends; missing when no server sends the code. */
  readonly reason?: string;
}

/** Apart from `closeCodes`, because a browser bundle contains these but not their descriptions. */
export const closeCodeSpecs: { readonly [Name in keyof typeof closeCodes]: CloseCodeSpec } = {
  normal: { description: 'The client closed the connection.', retry: 'no', reason: '' },
  goingAway: { description: 'The client or the server goes away.', retry: 'yes', reason: '' },
  noStatus: { description: 'The peer closed without a code; never sent.', retry: 'yes' },
  abnormal: { description: 'The connection was lost; never sent.', retry: 'yes' },
  policyViolation: {
    description: `${protocolDefaults.maxConsecutiveBadFrames} frames in a row were invalid.`,
    retry: 'no',
    reason: 'Too many bad frames in a row.',
  },
  messageTooBig: {
    description: 'A frame exceeded the maximum size.',
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
    description: `The server is overloaded, or more than ${protocolDefaults.outboxMaxBytes} bytes were buffered for a slow reader.`,
    retry: 'later',
    reason: 'Too much data is buffered for you: read faster.',
  },
  unauthorized: {
    description:
      'The token is missing, invalid, expired or revoked. Also sent while the socket is open.',
    retry: 'with a new token',
    reason: 'The token has expired: log in again.',
  },
  forbidden: {
    description:
      "The page's origin is not allowed. Allowed are no origin, the server's own origin and the configured ones.",
    retry: 'no',
    reason: 'Pages of this origin may not connect.',
  },
  tooManyConnections: {
    description: `The user already has ${protocolDefaults.socketsPerUser} open sockets.`,
    retry: 'later',
    reason: 'You have too many connections: close one first.',
  },
};
