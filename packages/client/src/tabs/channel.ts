import { parseTokenLifetime, subjectOf } from '../auth/token-lifetime.js';

/** What tabs share, by the URL of a WebSocket. */
export interface Channel {
  readonly name: string;
  /** When the token expires, in milliseconds since the epoch; undefined if that is not known. */
  readonly expiresAt: number | undefined;
}

/**
 * The name that tabs of the same user and backend share, without the token. Tabs with other parameters, such as
 * `stream=1`, receive other frames and have another name. A token that names no user is shared only by tabs with the
 * same token.
 */
export async function channelOf(url: string): Promise<Channel> {
  const { origin, pathname, searchParams } = new URL(url);
  const token = searchParams.get('token') ?? '';
  searchParams.delete('token');
  searchParams.sort();
  const subject = subjectOf(token);
  const user = subject === undefined ? `token ${token}` : `user ${subject}`;
  const text = JSON.stringify([origin + pathname, searchParams.toString(), user]);
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0'));
  // The number is the version of the messages between tabs: a page may be older than another one.
  const name = `chat-socket-1-${hex.join('')}`;
  return { name, expiresAt: parseTokenLifetime(token, Date.now()).expiresAt };
}
