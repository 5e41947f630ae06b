import { basePath, headers } from '@chat/contract';
import type { Check } from '../check.js';
import { unique } from './expectations.js';

export const errorChecks: readonly Check[] = [
  {
    id: 'ERR-1',
    rule: 'An error\'s body is { "detail": string }, one readable sentence.',
    async run(probe) {
      probe.expectError(await probe.call('history'), 401);
      await probe.expectRejected('history', 400, { query: '?page=0' });
    },
  },
  {
    id: 'ERR-2',
    rule: 'Wrong input is a 400, never a 422.',
    async run(probe) {
      const token = await probe.token();
      for (const body of [{ message: 7 }, {}, [], null, 'text']) {
        await probe.expectRejected('sendMessage', 400, { body });
      }
      probe.expectError(await probe.call('sendMessage', { token, rawBody: '{"message": ' }), 400);
    },
  },
  {
    id: 'ERR-3',
    rule: 'A 401 carries "WWW-Authenticate: Bearer".',
    async run(probe) {
      const response = await probe.call('chatStats');
      probe.expectStatus(response, 401);
      probe.expect(
        /^bearer\b/i.test(response.headers.get('www-authenticate') ?? ''),
        'a 401 needs the header "WWW-Authenticate: Bearer"',
      );
    },
  },
  {
    id: 'ERR-4',
    rule: 'A path that does not exist is a 404.',
    async run(probe) {
      const token = await probe.token();
      probe.expectError(await probe.request('GET', `${basePath}/no/such/path`, { token }), 404);
    },
  },
  {
    id: 'ERR-5',
    rule: 'A body larger than the limit is a 413.',
    async run(probe) {
      const body = { message: 'x'.repeat(8 * 1024 * 1024) };
      await probe.expectRejected('sendMessage', 413, { body });
    },
  },
  {
    id: 'ERR-6',
    rule: 'A body that is not application/json is a 415.',
    async run(probe) {
      const headers = { 'content-type': 'text/plain' };
      await probe.expectRejected('sendMessage', 415, { rawBody: '{"message":"hello"}', headers });
    },
  },
  {
    id: 'ERR-7',
    rule: 'A failure inside the server is a 500 or a 503 that reveals no internals.',
    needs: ['failing-assistant'],
    async run(probe) {
      const token = await probe.token();
      probe.harness.failAssistant?.(1);
      const response = await probe.call('sendMessage', {
        token,
        body: { message: unique('The assistant is about to fail') },
      });
      probe.expect(
        response.status === 500 || response.status === 503,
        'expected status 500 or 503',
      );
      probe.expectError(response, response.status);
      const internals = /\n\s+at |node:internal|node_modules|\.[jt]s:\d|select |insert into/i;
      probe.expect(
        !internals.test(response.text),
        'a failure must not reveal internals of the server',
      );
    },
  },
  {
    id: 'ERR-8',
    rule: 'Every response carries X-Request-Id; a valid one sent by the client is returned.',
    async run(probe) {
      const token = await probe.token();
      const requestIdOf = async (id: string) => {
        const response = await probe.call('chatStats', { token, headers: { 'x-request-id': id } });
        return response.headers.get(headers.requestId);
      };
      probe.expectEqual(
        await requestIdOf('check-1.a:b'),
        'check-1.a:b',
        "the client's valid request id",
      );
      const replaced = await requestIdOf('x'.repeat(500));
      probe.expect(
        replaced !== null && replaced !== '' && replaced.length <= 128,
        'a request id that is too long must be replaced by a valid one',
      );
      const error = await probe.call('chatStats');
      probe.expect(
        (error.headers.get(headers.requestId) ?? '') !== '',
        'an error response needs the header X-Request-Id too',
      );
    },
  },
  {
    id: 'ERR-9',
    rule: 'A stopping server answers new requests with 503 and Retry-After.',
    needs: ['drain'],
    async run(probe) {
      const token = await probe.token();
      const stopping = await probe.harness.drain?.();
      try {
        const response = await probe.call('sendMessage', {
          token,
          body: { message: unique('Too late') },
        });
        probe.expectError(response, 503);
        probe.expect(
          /^\d+$/.test(response.headers.get(headers.retryAfter) ?? ''),
          'a 503 needs Retry-After in whole seconds',
        );
      } finally {
        stopping?.finish();
        await stopping?.resume();
      }
    },
  },
];
