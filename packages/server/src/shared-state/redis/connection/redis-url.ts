import type { RedisOptions } from 'ioredis';

const urlPattern =
  /^(rediss?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/?#]*)(?::([^/?#]*))?@)?([^@/?#]+)(?:\/([^@/?#]*))?(?:\?([^#]*))?$/;
const hostPattern = /^(?:\[([\da-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i;
const [redisPort, sentinelPort] = [6379, 26_379];

/** Where Redis is. `db` is its database. */
export type RedisAddress = Pick<
  RedisOptions,
  | 'host'
  | 'port'
  | 'username'
  | 'password'
  | 'tls'
  | 'name'
  | 'sentinels'
  | 'sentinelUsername'
  | 'sentinelPassword'
  | 'sentinelTLS'
  | 'enableTLSForSentinelMode'
> & { readonly db: number };

/** Completes the sentence "… must look like …". */
export const redisUrlExamples =
  'redis://user:password@host:6379/0, redis+sentinel://user:password@host1,host2/name?db=0 or redis+cluster://user:password@host1,host2';

/**
 * `redis://user:password@host:6379/0`, or `redis+sentinel://user:password@host1:26379,host2/name?db=0` with the name of the
 * master. `rediss` instead of `redis` is TLS. The parameters `sentinelUsername` and `sentinelPassword` are for the sentinels.
 * `redis+cluster://user:password@host1:6379,host2` has some servers of a Redis Cluster, which know the others.
 * @returns the addresses of the servers for a cluster; undefined when the URL is invalid
 */
export function parseRedisUrl(text: string): RedisAddress | readonly RedisAddress[] | undefined {
  const match = urlPattern.exec(text);
  if (match === null) return undefined;
  const [, protocol, kind, username = '', password = '', hostList = '', path = '', query] = match;
  const hosts = hostList.split(',').map(parseHost);
  const sentinel = kind === 'sentinel';
  const { db = sentinel ? '0' : path || '0', ...sentinelUser } = Object.fromEntries(
    new URLSearchParams(query),
  );
  const known = sentinel ? ['sentinelUsername', 'sentinelPassword'] : [];
  if (!/^\d{1,9}$/.test(db) || Object.keys(sentinelUser).some((name) => !known.includes(name))) {
    return undefined;
  }
  const tls = protocol === 'rediss' ? {} : undefined;
  try {
    const common = {
      db: Number(db),
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(tls && { tls }),
    };
    const [first, ...others] = hosts;
    if (first === undefined || others.includes(undefined)) return undefined;
    if (kind === 'cluster') {
      // A cluster has no other databases.
      if (path !== '' || query !== undefined) return undefined;
      return [first, ...others].map((host) => ({ ...common, port: redisPort, ...host }));
    }
    if (!sentinel) {
      if (others.length > 0 || !/^\d*$/.test(path)) return undefined;
      return { ...common, port: redisPort, ...first };
    }
    if (path === '') return undefined;
    return {
      ...common,
      ...sentinelUser,
      name: decodeURIComponent(path),
      sentinels: hosts.map((host) => ({ port: sentinelPort, ...host })),
      ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
    };
  } catch {
    // A "%" that is not part of an encoded character.
    return undefined;
  }
}

export function isRedisUrl(text: string): boolean {
  return parseRedisUrl(text) !== undefined;
}

function parseHost(text: string): { host: string; port?: number } | undefined {
  const [, ipv6, name, port] = hostPattern.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || Number(port ?? 1) > 65_535) return undefined;
  return { host, ...(port !== undefined && { port: Number(port) }) };
}
