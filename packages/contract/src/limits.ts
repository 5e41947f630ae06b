/** The document's figures, and the defaults where it names none. All are configurable on a server. */
export const defaults = {
  /** Login requests per IP address in any `windowMs`, successes counted too. */
  loginsPerWindow: 5,
  /** Messages per user in any `windowMs`, over REST and WebSocket together. */
  messagesPerWindow: 60,
  windowMs: 60_000,
  /** Live WebSockets per user. */
  socketsPerUser: 3,
  tokenLifetimeMs: 3_600_000,
  /** A session that was silent for longer than this is over. */
  sessionIdleMs: 1_800_000,
  /** Unicode code points of a message after trimming. */
  contentMaxLength: 8_000,
  page: 1,
  pageSize: 20,
  pageSizeMax: 100,
  idempotencyKeyMaxLength: 255,
  frameIdMaxLength: 64,
  idempotencyLifetimeMs: 86_400_000,
  heartbeatMs: 25_000,
  pingMs: 30_000,
  badFramesInARow: 20,
  /** Bytes that may wait for a reader before its socket is closed. */
  outboxMaxBytes: 1_048_576,
} as const;
