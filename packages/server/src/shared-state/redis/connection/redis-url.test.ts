import { expect, it } from 'vitest';
import { parseRedisUrl } from './redis-url.js';

it.each([
  ['redis://h', { host: 'h', port: 6379, db: 0 }],
  ['redis://h:6380/3', { host: 'h', port: 6380, db: 3 }],
  ['redis://h/?db=2', { host: 'h', port: 6379, db: 2 }],
  ['redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }],
  ['redis://:s3%2Fcret@h', { host: 'h', port: 6379, db: 0, password: 's3/cret' }],
  ['rediss://ada:p@ss:1@h', { username: 'ada', password: 'p@ss:1', host: 'h', db: 0, tls: {} }],
  [
    'redis+sentinel://ada:s3cret@h1,h2:26380/name?db=4&sentinelUsername=bob&sentinelPassword=p%26',
    {
      sentinels: [
        { host: 'h1', port: 26_379 },
        { host: 'h2', port: 26_380 },
      ],
      name: 'name',
      username: 'ada',
      password: 's3cret',
      db: 4,
      sentinelUsername: 'bob',
      sentinelPassword: 'p&',
    },
  ],
  [
    'rediss+sentinel://h/name',
    { db: 0, name: 'name', tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
  ],
  [
    'redis+cluster://ada:s3cret@h1,h2:6380',
    [
      { host: 'h1', port: 6379, db: 0, username: 'ada', password: 's3cret' },
      { host: 'h2', port: 6380, db: 0, username: 'ada', password: 's3cret' },
    ],
  ],
  ['rediss+cluster://h', [{ host: 'h', port: 6379, db: 0, tls: {} }]],
])('parses %s', (url, address) => {
  expect(parseRedisUrl(url)).toMatchObject(address);
});

it.each([
  '',
  'h:6379',
  'redis://',
  'redis://h1,h2',
  'redis://h/name',
  'redis://h:65536',
  'redis://h?tls=true',
  'redis://:100%@h',
  'redis://ada:12/cret@h',
  'redis://ada:12?cret@h',
  'redis://ada:12#cret@h',
  'redis+sentinel://h1,h2',
  'redis+sentinel://h1,/name',
  'redis+sentinel://ada:12/cret@h',
  'redis+sentinel://h/name?db=one',
  'redis+cluster://h/1',
  'redis+cluster://h1,',
  'redis+cluster://h?db=1',
])('rejects "%s"', (url) => {
  expect(parseRedisUrl(url)).toBeUndefined();
});
