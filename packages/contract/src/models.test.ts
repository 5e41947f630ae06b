import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ErrorBody } from './errors.js';
import { FrameData, ServerFrame } from './frames.js';
import { ChatStats, LoginResponse, Message } from './models.js';
import { SendMessageRequest } from './requests.js';
import { routes } from './routes.js';

const plain = { role: 'user', content: 'Hi', timestamp: '2026-03-01T09:30:00.000Z' };

describe('a backend that knows only the document', () => {
  test('may leave out everything that an extension adds', () => {
    expect(z.parse(Message, plain)).toEqual(plain);
    expect(z.parse(FrameData, plain)).toEqual(plain);
  });

  test('may leave out no field of the document', () => {
    for (const field of Object.keys(plain)) {
      const { [field]: _, ...rest } = plain as Record<string, string>;
      expect(z.safeParse(Message, rest).success, field).toBe(false);
    }
  });
});

describe('an extended backend', () => {
  test('says id, session and status of a message', () => {
    const extended = { ...plain, id: 'm-1', sessionId: 's-1', status: 'read' };
    expect(z.parse(Message, extended)).toEqual(extended);
  });

  test('may add keys that nobody has heard of', () => {
    expect(z.parse(Message, { ...plain, mood: 'sunny' })).toEqual(plain);
    expect(z.parse(ErrorBody, { detail: 'No.', code: 7 })).toEqual({ detail: 'No.' });
  });

  test('may send status events that this client does not know', () => {
    const frame = { type: 'status', data: { ...plain, role: 'system', event: 'applause' } };
    expect(z.parse(ServerFrame, frame)).toEqual(frame);
  });
});

test('nothing is coerced', () => {
  expect(z.safeParse(SendMessageRequest, { message: 1 }).success).toBe(false);
  const stats = { todayChats: '1', totalChats: 1, avgResponseTime: 1, satisfactionRate: 1 };
  expect(z.safeParse(ChatStats, stats).success).toBe(false);
});

test('a key called __proto__ changes nothing about the result', () => {
  const input: unknown = JSON.parse('{"message":"Hi","__proto__":{"admin":true}}');
  const parsed = z.parse(SendMessageRequest, input);
  expect(parsed).toEqual({ message: 'Hi' });
  expect(parsed).not.toHaveProperty('admin');
});

test('the type of a token is not judged, only that it is said', () => {
  expect(z.safeParse(LoginResponse, { access_token: 'a.b.c', token_type: 'Bearer' }).success).toBe(
    true,
  );
});

test('each method and path stands in the table once', () => {
  const addresses = Object.values(routes).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(addresses).size).toBe(addresses.length);
});
