/** WebSocket close codes: those of RFC 6455 section 7.4.1, and our own ones (HTTP status + 4000). */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  noStatus: 1005,
  abnormal: 1006,
  policyViolation: 1008,
  messageTooBig: 1009,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  unauthorized: 4401,
  forbidden: 4403,
  tooManyConnections: 4429,
} as const;
