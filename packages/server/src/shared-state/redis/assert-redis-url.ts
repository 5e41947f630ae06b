/**
 * @throws {TypeError} without repeating what was given, which may hold a password
 */
export function assertRedisUrl(url: string): void {
  const { protocol = '', hostname = '' } = URL.canParse(url) ? new URL(url) : {};
  if (/^rediss?:$/.test(protocol) && hostname !== '') return;
  throw new TypeError(
    'The Redis URL is not one of Redis: it looks like redis://user:password@host:6379/0.',
  );
}
