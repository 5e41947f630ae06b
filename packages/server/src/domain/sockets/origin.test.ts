import { expect, it } from 'vitest';
import { isOriginAllowed } from './origin.js';

const allowed = ['https://*.example.com', 'http://*.localhost:3000', 'https://one.test'];

it.each([
  'https://app.example.com',
  'https://a.b.example.com',
  'http://shop.localhost:3000',
  'https://one.test',
])('accepts %s', (origin) => {
  expect(isOriginAllowed(origin, 'chat.test', allowed)).toBe(true);
});

it.each([
  'https://example.com',
  'http://app.example.com',
  'https://app.example.com:8443',
  'https://app.example.com.evil.test',
  'https://evilexample.com',
  'https://evil.test/.example.com',
  'https://two.one.test',
  'null',
])('rejects %s', (origin) => {
  expect(isOriginAllowed(origin, 'chat.test', allowed)).toBe(false);
});
