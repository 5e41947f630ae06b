import { expect, test } from 'vitest';
import { formatLogLine } from './logger.js';

test('formats a log line as readable text', () => {
  const time = new Date(2026, 0, 2, 3, 4, 5).getTime();
  const entry = { level: 40, time, requestId: 'r1', status: 200, msg: 'Response sent.' };
  expect(formatLogLine(JSON.stringify(entry))).toBe(
    '03:04:05 WARN  Response sent. requestId="r1" status=200\n',
  );
});
