import { basePath, headers, routes } from '@chat/contract';
import type { Check } from '../check.js';
import type { Answer, CallInput, Probe } from '../probe.js';
import { unique } from './expectations.js';

/** A login that takes a 429 for an answer. */
function tryLogin(probe: Probe, input: CallInput = {}): Promise<Answer> {
  const { method, path } = routes.login;
  return probe.raw(method, `${basePath}${path}`, { body: probe.harness.user, ...input });
}

function trySend(probe: Probe, token: string, message: string): Promise<Answer> {
  const { method, path } = routes.sendMessage;
  return probe.raw(method, `${basePath}${path}`, { token, body: { message } });
}

/** Lets every allowance grow back. */
function rest(probe: Probe): Promise<void> {
  return probe.wait(probe.harness.limits.windowMs + 1000);
}

export const limitChecks: readonly Check[] = [
  {
    id: 'LIMIT-1',
    layer: 'core',
    says: 'Five logins a minute per IP address; successful ones count too.',
    async run(probe) {
      await rest(probe);
      const { loginsPerWindow } = probe.harness.limits;
      for (let i = 0; i < loginsPerWindow; i += 1) probe.expectStatus(await tryLogin(probe), 200);
      probe.expectRefusal(await tryLogin(probe), 429);
      // Around a boundary: just short of a whole window later the allowance is still spent.
      await probe.wait(probe.harness.limits.windowMs / 2);
      probe.expectRefusal(await tryLogin(probe), 429);
    },
  },
  {
    id: 'LIMIT-2',
    layer: 'core',
    says: 'Sixty messages a minute per user, REST and WebSocket together.',
    async run(probe) {
      const token = await probe.token();
      const socket = await probe.socket({ token });
      await rest(probe);
      const { messagesPerWindow } = probe.harness.limits;
      for (let i = 0; i < messagesPerWindow; i += 1) {
        const message = unique(`Message ${i + 1} of the allowance`);
        if (i % 2 === 0) probe.expectStatus(await trySend(probe, token, message), 200);
        else await socket.exchange(message);
      }
      probe.expectRefusal(await trySend(probe, token, unique('One too many')), 429);
    },
  },
  {
    id: 'LIMIT-3',
    layer: 'core',
    says: 'A 429 carries Retry-After in whole seconds, and after that time the call is taken.',
    async run(probe) {
      let answer = await tryLogin(probe);
      for (let i = 0; answer.status !== 429 && i < probe.harness.limits.loginsPerWindow; i += 1) {
        answer = await tryLogin(probe);
      }
      probe.expectRefusal(answer, 429);
      const retryAfter = answer.headers.get(headers.retryAfter) ?? '';
      probe.expect(/^[1-9]\d*$/.test(retryAfter), 'Retry-After must be a whole number of seconds');
      await probe.wait(Number(retryAfter) * 1000);
      probe.expectStatus(await tryLogin(probe), 200);
    },
  },
  {
    id: 'LIMIT-4',
    layer: 'core',
    says: 'Three live WebSockets per user; one that has ended makes room.',
    async run(probe) {
      const sockets = [];
      for (let i = 0; i < probe.harness.limits.socketsPerUser; i += 1) {
        sockets.push(await probe.socket());
      }
      const [first] = sockets;
      const content = unique('All places are taken');
      for (const socket of sockets) await socket.exchange(content);
      first?.close();
      await first?.closing();
      const next = await probe.socket();
      await next.exchange(unique('A place was free'));
    },
  },
  {
    id: 'LIMIT-5',
    layer: 'core',
    says: 'X-Forwarded-For says nothing unless it comes from a trusted proxy.',
    async run(probe) {
      await rest(probe);
      const { loginsPerWindow } = probe.harness.limits;
      let answer: Answer | undefined;
      for (let i = 0; i <= loginsPerWindow; i += 1) {
        answer = await tryLogin(probe, { headers: { 'x-forwarded-for': `203.0.113.${i + 1}` } });
      }
      probe.expectRefusal(answer as Answer, 429);
    },
  },
];
