import * as packed from '@chat/client';
import { expect, test } from 'vitest';
import { suite } from './suite.mjs';

test('everything', async () => {
  const done = await suite(packed, JSON.parse(process.env.CHAT_STAGE));
  expect(done.at(-1)).toBe('close');
}, 60_000);
