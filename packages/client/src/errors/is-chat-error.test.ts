import { describe, expect, expectTypeOf, it, vi } from 'vitest';
import type { RateLimitError } from './api-errors.js';
import type { InvalidOptionError, TimeoutError } from './call-errors.js';
import { ChatError, type ChatErrorCode } from './chat-error.js';
import { type AnyChatError, type ChatErrorByCode, isChatError } from './is-chat-error.js';

describe('isChatError', () => {
  it('recognizes the errors of another copy of the package', async () => {
    vi.resetModules();
    const otherCopy = await import('./call-errors.js');
    const error = new otherCopy.TimeoutError('The call', 5);
    expect(error).not.toBeInstanceOf(ChatError);
    expect(isChatError(error)).toBe(true);
    expect(isChatError(error, 'timeout')).toBe(true);
  });

  it.each([undefined, null, 'text', 7, new Error('other'), { code: 'timeout' }])(
    'is false for %s',
    (value) => {
      expect(isChatError(value)).toBe(false);
    },
  );

  it('narrows to the class of each code', () => {
    expectTypeOf<keyof ChatErrorByCode>().toEqualTypeOf<ChatErrorCode>();
    expectTypeOf<AnyChatError['code']>().toEqualTypeOf<ChatErrorCode>();
    const describeError = (error: unknown) => {
      if (!isChatError(error)) return;
      switch (error.code) {
        case 'rate_limited':
          expectTypeOf(error).toEqualTypeOf<RateLimitError>();
          return;
        case 'invalid_option':
          expectTypeOf(error).toEqualTypeOf<InvalidOptionError>();
          return;
        case 'api_error':
          expectTypeOf(error.status).toEqualTypeOf<number>();
          return;
        // @ts-expect-error A misspelled code does not compile.
        case 'tiemout':
          return;
        default:
          // @ts-expect-error Not all errors have an HTTP status.
          return error.status;
      }
    };
    const withCode = (error: unknown) => {
      if (isChatError(error, 'timeout')) expectTypeOf(error).toEqualTypeOf<TimeoutError>();
      // @ts-expect-error A misspelled code does not compile.
      return isChatError(error, 'tiemout');
    };
    expect([describeError, withCode].map((check) => check(undefined))).toEqual([undefined, false]);
  });
});
