export const user = { username: 'ada', password: 's3cret' };

/** Tighter than the protocol's figures, so that one sees a limit without an hour's work. */
export const limits = { messagesPerWindow: 8, windowMs: 8_000, loginsPerWindow: 60 };
