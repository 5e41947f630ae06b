import { basePath, headers, routes } from '@chat/contract';
import type { Check } from '../check.js';
import type { Probe, ProbeResponse, RequestInput } from '../probe.js';
import { unique } from './expectations.js';

/** A login that does not wait after a 429. */
function tryLogin(probe: Probe, input: RequestInput = {}): Promise<ProbeResponse> {
  const { method, path } = routes.login;
  return probe.request(method, `${basePath}${path}`, { body: probe.harness.user, ...input });
}

/** A message that does not wait after a 429. */
export function trySend(probe: Probe, token: string, message: string): Promise<ProbeResponse> {
  const { method, path } = routes.sendMessage;
  return probe.request(method, `${basePath}${path}`, { token, body: { message } });
}

/** Waits until every rate limit has reset. */
export function waitForReset(probe: Probe): Promise<void> {
  return probe.wait(probe.harness.limits.windowMs + 1000);
}

/** Expects a usable `Retry-After`: no longer than a window, because that frees every slot. Returns it in ms. */
function expectRetryAfter(probe: Probe, response: ProbeResponse): number {
  const retryAfter = response.headers.get(headers.retryAfter) ?? '';
  probe.expect(/^[1-9]\d*$/.test(retryAfter), 'Retry-After must be a whole number of seconds');
  const ms = Number(retryAfter) * 1000;
  const maxMs = probe.harness.limits.windowMs + 1000;
  probe.expect(
    ms <= maxMs,
    `Retry-After must be at most the window of the limit, got ${retryAfter} s`,
  );
  return ms;
}

export const limitChecks: readonly Check[] = [
  {
    id: 'LIMIT-1',
    rule: 'Five logins a minute per IP address; successful ones count too.',
    async run(probe) {
      await waitForReset(probe);
      const { loginsPerWindow } = probe.harness.limits;
      for (let i = 0; i < loginsPerWindow; i += 1) {
        // Failed logins and other names count as well: otherwise passwords could be guessed without a limit.
        const isValid = i % 2 === 0;
        const body = { username: unique('nobody'), password: 'wrong' };
        const response = await tryLogin(probe, isValid ? {} : { body });
        probe.expectStatus(response, isValid ? 200 : 401);
      }
      probe.expectError(await tryLogin(probe), 429);
      // A server that counts by calendar minutes may reset here; the limit must still apply.
      await probe.wait(probe.harness.limits.windowMs / 2);
      probe.expectError(await tryLogin(probe), 429);
    },
  },
  {
    id: 'LIMIT-2',
    rule: 'Sixty messages a minute per user, REST and WebSocket together.',
    async run(probe) {
      const token = await probe.token();
      const socket = await probe.connect({ token });
      const otherToken = await probe.login();
      await waitForReset(probe);
      const { messagesPerWindow } = probe.harness.limits;
      for (let i = 0; i < messagesPerWindow; i += 1) {
        const message = unique(`Message ${i + 1} of the rate limit`);
        if (i % 2 === 0) probe.expectStatus(await trySend(probe, token, message), 200);
        else await socket.exchange(message);
      }
      for (const each of [token, otherToken]) {
        const response = await trySend(probe, each, unique('One too many'));
        probe.expectError(response, 429);
        expectRetryAfter(probe, response);
      }
    },
  },
  {
    id: 'LIMIT-3',
    rule: 'A 429 carries Retry-After in whole seconds, and after that time the request is accepted.',
    async run(probe) {
      let response = await tryLogin(probe);
      for (let i = 0; response.status !== 429 && i < probe.harness.limits.loginsPerWindow; i += 1) {
        response = await tryLogin(probe);
      }
      probe.expectError(response, 429);
      await probe.wait(expectRetryAfter(probe, response));
      probe.expectStatus(await tryLogin(probe), 200);
    },
  },
  {
    id: 'LIMIT-4',
    rule: 'Three open WebSockets per user; a closed one no longer counts.',
    async run(probe) {
      const sockets = await probe.connectAll();
      const [first] = sockets;
      const content = unique('All slots are used');
      for (const socket of sockets) await socket.exchange(content);
      first?.close();
      await first?.waitForClose();
      const next = await probe.connect();
      await next.exchange(unique('A slot was free'));
    },
  },
  {
    id: 'LIMIT-5',
    rule: 'X-Forwarded-For is ignored unless it comes from a trusted proxy.',
    async run(probe) {
      await waitForReset(probe);
      const { loginsPerWindow } = probe.harness.limits;
      let response: ProbeResponse | undefined;
      for (let i = 0; i <= loginsPerWindow; i += 1) {
        response = await tryLogin(probe, { headers: { 'x-forwarded-for': `203.0.113.${i + 1}` } });
      }
      probe.expectError(response as ProbeResponse, 429);
    },
  },
];
