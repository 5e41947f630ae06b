import { basePath, headers } from '@chat/contract';
import type { Check } from '../check.js';
import { unique } from './expectations.js';

export const errorChecks: readonly Check[] = [
  {
    id: 'ERR-1',
    layer: 'core',
    says: 'An error\'s body is { "detail": string }, one readable sentence.',
    async run(probe) {
      probe.expectRefusal(await probe.call('history'), 401);
      const token = await probe.token();
      probe.expectRefusal(await probe.call('history', { token, query: '?page=0' }), 400);
    },
  },
  {
    id: 'ERR-2',
    layer: 'core',
    says: 'Wrong input is a 400, never a 422.',
    async run(probe) {
      const token = await probe.token();
      for (const body of [{ message: 7 }, {}, [], null, 'text']) {
        probe.expectRefusal(await probe.call('sendMessage', { token, body }), 400);
      }
      probe.expectRefusal(await probe.call('sendMessage', { token, rawBody: '{"message": ' }), 400);
    },
  },
  {
    id: 'ERR-3',
    layer: 'core',
    says: 'A 401 carries "WWW-Authenticate: Bearer".',
    async run(probe) {
      const answer = await probe.call('chatStats');
      probe.expectStatus(answer, 401);
      probe.expect(
        /^bearer\b/i.test(answer.headers.get('www-authenticate') ?? ''),
        'a 401 needs the header "WWW-Authenticate: Bearer"',
      );
    },
  },
  {
    id: 'ERR-4',
    layer: 'core',
    says: 'A path that does not exist is a 404.',
    async run(probe) {
      const token = await probe.token();
      probe.expectRefusal(await probe.raw('GET', `${basePath}/no/such/path`, { token }), 404);
    },
  },
  {
    id: 'ERR-5',
    layer: 'core',
    says: 'A body larger than the server takes is a 413.',
    async run(probe) {
      const token = await probe.token();
      const body = { message: 'x'.repeat(8 * 1024 * 1024) };
      probe.expectRefusal(await probe.call('sendMessage', { token, body }), 413);
    },
  },
  {
    id: 'ERR-6',
    layer: 'core',
    says: 'A body that is not application/json is a 415.',
    async run(probe) {
      const token = await probe.token();
      const answer = await probe.call('sendMessage', {
        token,
        rawBody: '{"message":"hello"}',
        headers: { 'content-type': 'text/plain' },
      });
      probe.expectRefusal(answer, 415);
    },
  },
  {
    id: 'ERR-7',
    layer: 'core',
    says: 'A failure inside the server is a 500 or a 503 that shows nothing of the inside.',
    needs: ['failing-assistant'],
    async run(probe) {
      const token = await probe.token();
      probe.harness.failAssistant?.(1);
      const answer = await probe.call('sendMessage', {
        token,
        body: { message: unique('The assistant is about to fail') },
      });
      probe.expect(answer.status === 500 || answer.status === 503, 'expected status 500 or 503');
      probe.expectRefusal(answer, answer.status);
      const inside = /\n\s+at |node:internal|node_modules|\.[jt]s:\d|select |insert into/i;
      probe.expect(!inside.test(answer.text), 'a failure must not show the inside of the server');
    },
  },
  {
    id: 'ERR-8',
    layer: 'core',
    says: "Every answer carries X-Request-Id; a caller's own is kept when it is sane.",
    async run(probe) {
      const token = await probe.token();
      const ask = async (id: string) => {
        const answer = await probe.call('chatStats', { token, headers: { 'x-request-id': id } });
        return answer.headers.get(headers.requestId);
      };
      probe.expectEqual(await ask('check-1.a:b'), 'check-1.a:b', "the caller's sane request id");
      const replaced = await ask('x'.repeat(500));
      probe.expect(
        replaced !== null && replaced !== '' && replaced.length <= 128,
        'a request id that is too long must be replaced by a sane one',
      );
      const refusal = await probe.call('chatStats');
      probe.expect(
        (refusal.headers.get(headers.requestId) ?? '') !== '',
        'a refusal needs the header X-Request-Id too',
      );
    },
  },
  {
    id: 'ERR-9',
    layer: 'core',
    says: 'A stopping server answers new calls with 503 and Retry-After.',
    needs: ['drain'],
    async run(probe) {
      const token = await probe.token();
      const stopping = await probe.harness.drain?.();
      try {
        const answer = await probe.call('sendMessage', {
          token,
          body: { message: unique('Too late') },
        });
        probe.expectRefusal(answer, 503);
        probe.expect(
          /^\d+$/.test(answer.headers.get(headers.retryAfter) ?? ''),
          'a 503 needs Retry-After in whole seconds',
        );
      } finally {
        stopping?.finish();
        await stopping?.resume();
      }
    },
  },
];
