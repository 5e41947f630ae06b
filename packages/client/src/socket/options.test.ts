import { expect, test } from 'vitest';
import { socketSettings } from './options.js';

test('applies the defaults, also for options that are undefined', () => {
  expect(socketSettings({ queue: { ttlMs: undefined, maxMessages: 5 }, recover: {} })).toEqual({
    backoff: { minDelayMs: 500, maxDelayMs: 30_000, minUptimeMs: 5000 },
    connectTimeoutMs: 10_000,
    queue: { maxMessages: 5, maxBytes: 4_194_304, ttlMs: 300_000 },
    stream: false,
    recover: { maxMessages: 1000 },
    closePolicy: {},
  });
});

test('accepts a boolean or limits for `recover`', () => {
  expect(socketSettings({ recover: false }).recover.maxMessages).toBe(0);
  expect(socketSettings({ recover: true }).recover.maxMessages).toBe(1000);
  expect(socketSettings({ recover: { maxMessages: 10 } }).recover.maxMessages).toBe(10);
});

test.each([
  ['backoff.minDelayMs', { backoff: { minDelayMs: Number.NaN } }],
  ['queue.maxBytes', { queue: { maxBytes: -1 } }],
  ['connectTimeoutMs', { connectTimeoutMs: '5' as never }],
  ['recover.maxMessages', { recover: { maxMessages: Number.NaN } }],
  ['recover', { recover: 5 as never }],
  ['queue', { queue: null as never }],
  ['options', null as never],
  ['stream', { stream: 'yes' as never }],
  ['signal', { signal: new AbortController() as never }],
  ['closePolicy', { closePolicy: 'final' as never }],
  ['closePolicy.4000', { closePolicy: { 4000: 'fatal' as never } }],
])('names %s when it is invalid', (option, options) => {
  expect(() => socketSettings(options)).toThrow(
    expect.objectContaining({ code: 'invalid_option', option }),
  );
});
