import { subjectOf } from '../auth/token-lifetime.js';

/**
 * The name that tabs of the same user and backend share, without the token. Tabs with other parameters, such as
 * `stream=1`, receive other frames and have another name. A token that names no user is shared only by tabs with the
 * same token.
 */
export async function channelName(url: string): Promise<string> {
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
  return `chat-socket-1-${hex.join('')}`;
}
