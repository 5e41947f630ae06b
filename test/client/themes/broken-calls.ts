import { expect } from 'vitest';
import { moment, outcome } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';
import type { Target } from '../target.js';

/** Calls over a line that breaks or stands still, and calls that nobody wants any more. */
export function brokenCalls(scenario: Scenario, { through }: Target): void {
  scenario('a send over a line that breaks stores one message', async (stage) => {
    const client = stage.client();
    await client.login();
    // It is stored, and the answer never arrives.
    stage.reply = (said) => {
      stage.network.cut();
      return `re: ${said}`;
    };
    expect(await outcome(client.chat.send('Once'))).toBe(
      expected(stage.can.idempotency, { extension: 'done', coreOnly: 'connection_failed' }),
    );
    expect(stage.timesAsked('sendMessage')).toBe(
      expected(stage.can.idempotency, { extension: 2, coreOnly: 1 }),
    );
    await client.stats.messages();
    expect(await stage.stored()).toEqual(['user: Once', 'assistant: re: Once']);
  });

  scenario('a read over a line that breaks is repeated', async (stage) => {
    const client = stage.client();
    await client.login();
    await stage.otherDevice().chat.send('Hello');
    for (const line of stage.network.lines) line.cutAfter(10, 'down', 'reset');
    expect((await client.chat.history()).messages).toHaveLength(2);
    expect(stage.timesAsked('history')).toBe(2);
  });

  scenario('a backend that stays away ends in a ConnectionError', async (stage) => {
    const client = stage.client({ retry: { limit: 1, minDelayMs: 1 } });
    await client.login();
    stage.network.refuse();
    stage.network.cut();
    expect(await outcome(client.stats.messages())).toBe('connection_failed');
    expect(stage.timesAsked('messageStats')).toBe(2);
  });

  scenario('an answer that does not come in time ends in a TimeoutError', async (stage) => {
    const client = stage.client();
    await client.login();
    stage.network.stall('down');
    expect(await outcome(client.stats.messages({ timeoutMs: 30 }))).toBe('timeout');
    await stage.network.resume();
    expect(await outcome(client.stats.messages())).toBe('done');
  });

  scenario(
    'a call that is aborted ends at once, and asks nobody when it was aborted before',
    async (stage) => {
      const client = stage.client();
      await client.login();
      const asking = moment();
      const answering = moment();
      stage.reply = async () => {
        asking.come();
        await answering.came;
        return 'too late';
      };
      const abort = new AbortController();
      const sent = outcome(client.chat.send('Never mind', { signal: abort.signal }));
      await asking.came;
      abort.abort();
      expect(await sent).toBe('aborted');
      expect(await outcome(client.stats.messages({ signal: abort.signal }))).toBe('aborted');
      expect(stage.timesAsked('messageStats')).toBe(0);
      answering.come();
    },
  );

  scenario(
    'a wait before another try ends with the abort',
    async (stage) => {
      const abort = new AbortController();
      const client = stage.client({ hooks: { onRetry: () => abort.abort() } });
      await client.chat.send('One');
      expect(await outcome(client.chat.send('Two', { signal: abort.signal }))).toBe('aborted');
      expect(await stage.stored()).toHaveLength(2);
    },
    { limits: { messagesPerMinute: 1 } },
  );

  scenario('close() ends every call, and the client asks nobody any more', async (stage) => {
    const client = stage.client();
    await client.login();
    stage.network.stall('down');
    const calls = [client.stats.messages(), client.chat.history(), client.logout()].map(outcome);
    await client.close();
    expect(await Promise.all(calls)).toEqual(['client_closed', 'client_closed', 'client_closed']);
    expect(await outcome(client.stats.messages())).toBe('client_closed');
    expect(() => client.connect()).toThrow(expect.objectContaining({ code: 'client_closed' }));
  });

  // What stands between answers in words of its own while there is no backend.
  if (through !== undefined) return;

  scenario('calls find a backend that was started again', async (stage) => {
    const client = stage.client({ retry: { limit: 1000, minDelayMs: 2, maxDelayMs: 10 } });
    await client.chat.send('Before');
    await stage.backend.stop('abruptly');
    const reading = client.chat.history();
    reading.catch(() => undefined);
    await stage.startAgain();
    expect((await reading).messages.at(-1)?.content).toBe('Before');
    expect((await client.chat.send('After')).response).toBe('re: After');
  });
}
