import { expect } from 'vitest';
import { deferred, settledCode } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';
import type { Target } from '../target.js';

/** Requests on connections that break or hang, and aborted requests. */
export function failedRequests(scenario: Scenario, { proxy }: Target): void {
  scenario('stores one message if the connection is lost before the response', async (env) => {
    const client = env.client();
    await client.login();
    // The message is stored, but the response never arrives.
    env.reply = (content) => {
      env.network.cut();
      return `re: ${content}`;
    };
    expect(await settledCode(client.chat.send('Once'))).toBe(
      expected(env.supports.idempotency, { extension: 'done', coreOnly: 'connection_failed' }),
    );
    expect(env.requestCount('sendMessage')).toBe(
      expected(env.supports.idempotency, { extension: 2, coreOnly: 1 }),
    );
    await client.stats.messages();
    expect(await env.storedMessages()).toEqual(['user: Once', 'assistant: re: Once']);
  });

  scenario('repeats a read after a lost connection', async (env) => {
    const client = env.client();
    await client.login();
    await env.otherDevice().chat.send('Hello');
    for (const connection of env.network.connections) connection.cutAfter(10, 'down', 'reset');
    expect((await client.chat.history()).messages).toHaveLength(2);
    expect(env.requestCount('history')).toBe(2);
  });

  scenario('fails with ConnectionError if the backend stays unavailable', async (env) => {
    const client = env.client({ retry: { limit: 1, minDelayMs: 1 } });
    await client.login();
    env.network.refuse();
    env.network.cut();
    expect(await settledCode(client.stats.messages())).toBe('connection_failed');
    expect(env.requestCount('messageStats')).toBe(2);
  });

  scenario('fails with TimeoutError if the response is late', async (env) => {
    const client = env.client();
    await client.login();
    env.network.stall('down');
    expect(await settledCode(client.stats.messages({ timeoutMs: 30 }))).toBe('timeout');
    await env.network.resume();
    expect(await settledCode(client.stats.messages())).toBe('done');
  });

  scenario(
    'an aborted call ends at once, and sends no request if it was aborted before',
    async (env) => {
      const client = env.client();
      await client.login();
      const received = deferred();
      const released = deferred();
      env.reply = async () => {
        received.resolve();
        await released.promise;
        return 'too late';
      };
      const abort = new AbortController();
      const sent = settledCode(client.chat.send('Aborted', { signal: abort.signal }));
      await received.promise;
      abort.abort();
      expect(await sent).toBe('aborted');
      expect(await settledCode(client.stats.messages({ signal: abort.signal }))).toBe('aborted');
      expect(env.requestCount('messageStats')).toBe(0);
      released.resolve();
    },
  );

  scenario(
    'an abort ends the wait before a retry',
    async (env) => {
      const abort = new AbortController();
      const client = env.client({ hooks: { onRetry: () => abort.abort() } });
      await client.chat.send('One');
      expect(await settledCode(client.chat.send('Two', { signal: abort.signal }))).toBe('aborted');
      expect(await env.storedMessages()).toHaveLength(2);
    },
    { limits: { messagesPerMinute: 1 } },
  );

  scenario('close() ends every call, and the client sends no more requests', async (env) => {
    const client = env.client();
    await client.login();
    env.network.stall('down');
    const calls = [client.stats.messages(), client.chat.history(), client.logout()].map(
      settledCode,
    );
    await client.close();
    expect(await Promise.all(calls)).toEqual(['client_closed', 'client_closed', 'client_closed']);
    expect(await settledCode(client.stats.messages())).toBe('client_closed');
    expect(() => client.connect()).toThrow(expect.objectContaining({ code: 'client_closed' }));
  });

  // A proxy sends its own error responses while there is no backend.
  if (proxy !== undefined) return;

  scenario('calls reach a backend that was started again', async (env) => {
    const client = env.client({ retry: { limit: 1000, minDelayMs: 2, maxDelayMs: 10 } });
    await client.chat.send('Before');
    await env.backend.stop('abruptly');
    const reading = client.chat.history();
    reading.catch(() => undefined);
    await env.restartBackend();
    expect((await reading).messages.at(-1)?.content).toBe('Before');
    expect((await client.chat.send('After')).response).toBe('re: After');
  });
}
