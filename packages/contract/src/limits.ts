/** The limits of the API document, and our defaults where it has none. A server can change all of them. */
export const protocolLimits = {
  /** Login requests per IP address in any `windowMs`, including successful ones. */
  loginsPerWindow: 5,
  /** Messages per user in any `windowMs`, over REST and WebSocket together. */
  messagesPerWindow: 60,
  windowMs: 60_000,
  /** Open WebSockets per user. */
  socketsPerUser: 3,
  tokenLifetimeMs: 3_600_000,
  /** A session ends when no message is sent for longer than this. */
  sessionIdleMs: 1_800_000,
  /** Messages of a session; the next one starts a new session. */
  sessionMaxMessages: 2_000,
  /** Bytes of content (UTF-8) of a session. */
  sessionMaxBytes: 4_194_304,
  /** Unicode code points of a message after trimming. */
  contentMaxLength: 8_000,
  idempotencyLifetimeMs: 86_400_000,
  heartbeatMs: 25_000,
  pingMs: 30_000,
  maxConsecutiveBadFrames: 20,
  /** A socket is closed when more bytes than this are buffered for it. */
  outboxMaxBytes: 1_048_576,
} as const;

/** The limits, and the other values of the protocol. */
export const protocolDefaults = {
  ...protocolLimits,
  page: 1,
  pageSize: 20,
  pageSizeMax: 100,
  idempotencyKeyMaxLength: 255,
  frameIdMaxLength: 64,
} as const;
