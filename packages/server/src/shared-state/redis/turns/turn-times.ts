/** A turn that its instance does not renew for this long is free. */
export const turnTtlMs = 10_000;
/** How often a running turn is renewed. */
export const renewIntervalMs = 3_000;
/** How long the next turn may take to claim its place. */
export const claimTimeoutMs = 1_500;
/** How often a waiting turn asks again without a wake-up: the message may be lost. */
export const pollMs = 250;
/** How long the record of a user without sockets exists at least. */
export const recordTtlMs = 60_000;
