/** Whom a good token speaks for. */
export interface Identity {
  readonly userId: string;
  readonly jti: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Authentication {
  /** A new token for a user who proved to be that user. */
  issue(userId: string): Promise<string>;
  /** Whom the token speaks for; `undefined` when it is malformed, forged, expired or revoked. */
  identify(token: string): Promise<Identity | undefined>;
  /** Makes the token worthless, here at once, and tells all instances and the user's sockets. */
  revoke(identity: Identity): Promise<void>;
}
