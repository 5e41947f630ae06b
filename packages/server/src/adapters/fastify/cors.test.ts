import { pino } from 'pino';
import { expect, test } from 'vitest';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';

const allowed = 'https://chat.example.com';

async function warningsAfter(origins: readonly (string | undefined)[]): Promise<string[]> {
  const lines: string[] = [];
  const app = await createChatServer({
    passwords: cheapHasher,
    corsOrigins: [allowed],
    logger: pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }),
  });
  for (const origin of origins) {
    const headers = { host: 'api.example.com', ...(origin !== undefined && { origin }) };
    await app.inject({ url: '/api/v1/chat/history', headers });
  }
  await app.close();
  return lines
    .map((line) => JSON.parse(line) as { origin?: string })
    .flatMap(({ origin }) => origin ?? []);
}

test('names a rejected origin once in the log', async () => {
  const rejected = 'https://other.example';
  expect(await warningsAfter([rejected, rejected])).toEqual([rejected]);
});

test('logs no allowed origin and no call without one', async () => {
  expect(await warningsAfter([allowed, 'https://api.example.com', undefined])).toEqual([]);
});

test('does not let a caller fill the log with origins', async () => {
  const many = Array.from({ length: 200 }, (_, n) => `https://${n}.example/${'x'.repeat(1_000)}`);
  const logged = await warningsAfter(many);
  expect(logged).toHaveLength(100);
  expect(Math.max(...logged.map((origin) => origin.length))).toBe(200);
});
