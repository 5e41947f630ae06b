import { expect, it } from 'vitest';
import { describePostgresUrl, isPostgresUrl } from './postgres-url.js';

it.each([
  ['postgres://ada:s3cret@db:5432/chat', 'the database "chat" at db:5432'],
  ['postgresql://ada@db/chat?sslmode=verify-full', 'the database "chat" at db'],
  ['postgres://ada:s3%2Fc%40ret@db/chat', 'the database "chat" at db'],
  ['postgres://ada:s3c@ret@db/chat', 'the database "chat" at db'],
  ['postgres:///chat?host=/run/postgresql', 'the database "chat" at /run/postgresql'],
  ['postgres://ada:s3cret@/chat?host=/run/pg', 'the database "chat" at /run/pg'],
  ['postgres://ada@%2Frun%2Fpg:5433/chat', 'the database "chat" at /run/pg:5433'],
  ['postgres://db/chat?user=ada&password=s3c@ret', 'the database "chat" at db'],
])('accepts %s', (url, description) => {
  expect(isPostgresUrl(url)).toBe(true);
  expect(describePostgresUrl(url)).toBe(description);
});

it.each([
  '',
  'chat.db',
  'mysql://db/chat',
  'postgres://ada:s3/cret@db/chat',
  // Without the check, the rest of these passwords would be the name of the database.
  'postgres://ada:12/cret@db/chat',
  'postgres://ada:12?cret@db/chat',
  'postgres://ada:12#cret@db/chat',
  ' postgres://ada:s3cret@db/chat',
  'postgres://ada:s3cret@db/chat\n',
  'postgres://',
  'postgres://db/chat?port=abc',
  'postgres://db/chat?port=65536',
  'postgres://db/chat?sslmode=verify_full',
])('rejects "%s"', (url) => {
  expect(isPostgresUrl(url)).toBe(false);
});
