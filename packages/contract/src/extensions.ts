/** HTTP headers of the protocol, in the spelling that goes on the wire. */
export const headers = {
  extensions: 'Chat-Extensions',
  idempotencyKey: 'Idempotency-Key',
  idempotencyReplayed: 'Idempotency-Replayed',
  prefer: 'Prefer',
  preferenceApplied: 'Preference-Applied',
  requestId: 'X-Request-Id',
  retryAfter: 'Retry-After',
} as const;

/** What a server announces in every answer's `Chat-Extensions`. */
export const httpExtensions = [
  'identity',
  'idempotency',
  'minimal',
  'history-filters',
  'sessions',
  'feedback',
  'reply-to',
] as const;
export type HttpExtension = (typeof httpExtensions)[number];

/** What a server lists in the greeting's `data.features`. */
export const socketFeatures = [
  'identity',
  'ack',
  'heartbeat',
  'typing',
  'streaming',
  'receipts',
  'rate-limit-notice',
  'reply-to',
] as const;
export type SocketFeature = (typeof socketFeatures)[number];
