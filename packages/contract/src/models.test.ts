import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { FrameDataSchema, ServerFrameSchema } from './frames.js';
import { ChatStatsSchema, ErrorBodySchema, MessageSchema } from './models.js';
import { routeSpecs } from './route-specs.js';
import { routes } from './routes.js';

const plain = { role: 'user', content: 'Hi', timestamp: '2026-03-01T09:30:00.000Z' };

describe('a backend without extensions', () => {
  test('may omit every field of an extension', () => {
    expect(z.parse(MessageSchema, plain)).toEqual(plain);
    expect(z.parse(FrameDataSchema, plain)).toEqual(plain);
  });

  test('must send every field of the API document', () => {
    for (const field of Object.keys(plain)) {
      const { [field]: _, ...rest } = plain as Record<string, string>;
      expect(z.safeParse(MessageSchema, rest).success, field).toBe(false);
    }
  });
});

describe('a backend with extensions', () => {
  test('may send id, session and status of a message', () => {
    const extended = { ...plain, id: 'm-1', sessionId: 's-1', status: 'read' };
    expect(z.parse(MessageSchema, extended)).toEqual(extended);
  });

  test('may send unknown fields', () => {
    expect(z.parse(MessageSchema, { ...plain, mood: 'sunny' })).toEqual(plain);
    expect(z.parse(ErrorBodySchema, { detail: 'No.', code: 7 })).toEqual({ detail: 'No.' });
  });

  test('may send unknown status events', () => {
    const frame = { type: 'status', data: { ...plain, role: 'system', event: 'applause' } };
    expect(z.parse(ServerFrameSchema, frame)).toEqual(frame);
  });
});

test('does not coerce types', () => {
  expect(z.safeParse(routeSpecs.sendMessage.body, { message: 1 }).success).toBe(false);
  const stats = { todayChats: '1', totalChats: 1, avgResponseTime: 1, satisfactionRate: 1 };
  expect(z.safeParse(ChatStatsSchema, stats).success).toBe(false);
});

test('ignores a key named __proto__', () => {
  const input: unknown = JSON.parse('{"message":"Hi","__proto__":{"admin":true}}');
  const parsed = z.parse(routeSpecs.sendMessage.body, input);
  expect(parsed).toEqual({ message: 'Hi' });
  expect(parsed).not.toHaveProperty('admin');
});

test('requires a token type, but accepts any value', () => {
  expect(
    z.safeParse(routeSpecs.login.response, { access_token: 'a.b.c', token_type: 'Bearer' }).success,
  ).toBe(true);
});

test('has each method and path only once', () => {
  const addresses = Object.values(routes).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});
