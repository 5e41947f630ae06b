import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { ServerProcess } from '@chat/test-support';
import { expect, test } from 'vitest';
import { call, history, send } from '../cluster/http-calls.js';
import { LoadClient, withoutRateLimits } from './load-client.js';

const jwtSecret = 'a secret of at least thirty-two bytes';

/** Limits the size of the process's files, which has the same effect as a full disk. */
function limitFileSize(pid: number | undefined, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

test('a server whose disk is full responds with 503, keeps its data, and recovers when there is space', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-full-'));
  const data = join(folder, 'chat.db');
  const environment = { CHAT_JWT_SECRET: jwtSecret, ...withoutRateLimits };
  const load = new LoadClient();
  const { credentials: users } = load;
  const server = new ServerProcess({ data, users, environment, timeoutMs: 60_000 });
  try {
    await server.start();
    const { url } = server;
    await load.logIn(url);
    limitFileSize(
      server.pid,
      Math.max(statSync(data).size, statSync(`${data}-wal`).size) + 400_000,
    );
    await load.sendMessages(url);
    expect(load.lostResponses).toEqual([]);
    expect(new Set(load.errorStatuses)).toEqual(new Set([503]));
    const token = load.tokenOf('ada');
    const rejected = await send(url, token, 'x'.repeat(8_000));
    expect(rejected).toMatchObject({ status: 503, body: { detail: expect.any(String) } });
    expect(rejected.headers['retry-after']).toMatch(/^\d+$/);
    // Reads are served.
    expect((await call(url, '/api/v1/stats/messages', { token })).status).toBe(200);
    expect((await history(url, token)).length).toBeGreaterThan(0);

    limitFileSize(server.pid, 'unlimited');
    await load.resendUnanswered(url);
    await load.expectStored(url);
    expect((await send(url, token, 'There is space')).status).toBe(200);
    expect(await server.stop()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  } finally {
    await server.kill();
    rmSync(folder, { recursive: true });
  }
});
