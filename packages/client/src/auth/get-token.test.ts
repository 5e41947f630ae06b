import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents } from '../testing/skip-waits.js';
import { TinyBackend } from '../testing/tiny-backend.js';

describe('getToken', () => {
  it('receives the reason for the request', async () => {
    const backend = new TinyBackend();
    backend.valid.add('second');
    await using server = await ScriptedServer.start(backend.script);
    const reasons: string[] = [];
    const getToken = ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return reasons.length === 1 ? 'first' : 'second';
    };
    const client = new ChatClient({ baseUrl: server.url, getToken });

    await client.stats.messages();
    expect(reasons).toEqual(['initial', 'rejected']);
  });

  it('that never resolves times out', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const client = new ChatClient({
      baseUrl: 'http://127.0.0.1:9',
      getToken: () => new Promise<string>(() => {}),
      timeoutMs: 5_000,
    });

    const error = errorOf(client.stats.messages());
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await error).toMatchObject({ code: 'timeout', timeoutMs: 5_000 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails is reported with its error', async () => {
    const getToken = () => Promise.reject(new Error('The vault is sealed.'));
    const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', getToken });

    const error = await errorOf(client.stats.messages());
    expect(error).toMatchObject({
      code: 'token_unavailable',
      reason: 'failed',
      message: 'getToken, credentials or the tokenStore failed: see the cause.',
    });
    expect(error.cause.message).toBe('The vault is sealed.');
  });

  it.each([undefined, 7, '', 'two words', 'line\nbreak', 'ü'])(
    'that returns %j is reported without the value',
    async (value) => {
      const getToken = () => value as string;
      const client = new ChatClient({ baseUrl: 'http://127.0.0.1:9', getToken });

      const error = await errorOf(client.stats.messages());
      expect(error.message).toBe(
        'The token that getToken returns must be a string of visible ASCII characters without spaces.',
      );
    },
  );

  it('continues for other calls when one call is aborted', async () => {
    const backend = new TinyBackend();
    backend.valid.add('fresh');
    await using server = await ScriptedServer.start(backend.script);
    let returnToken = (_: string) => {};
    const getToken = vi.fn(
      () =>
        new Promise<string>((resolve) => {
          returnToken = resolve;
        }),
    );
    const client = new ChatClient({ baseUrl: server.url, getToken });
    const controller = new AbortController();

    const aborted = errorOf(client.stats.messages({ signal: controller.signal }));
    const other = client.stats.messages();
    await flushEvents();
    controller.abort();
    expect(await aborted).toMatchObject({ code: 'aborted' });
    returnToken('fresh');
    expect((await other).totalMessages).toBe(2);
    expect(getToken).toHaveBeenCalledTimes(1);
  });
});
