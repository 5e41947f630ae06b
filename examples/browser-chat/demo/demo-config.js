export const user = { username: 'ada', password: 's3cret' };

/** Lower than the protocol's defaults, so that a visitor can reach a rate limit quickly. */
export const limits = { messagesPerWindow: 8, windowMs: 8_000, loginsPerWindow: 60 };
