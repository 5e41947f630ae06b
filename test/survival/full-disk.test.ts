import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '@chat/server';
import { expect, test } from 'vitest';
import { Program } from '../../scripts/program.mjs';
import { call, history, send } from '../cluster/caller.js';
import { Load, withoutAllowance } from './load.js';

const jwtSecret = 'a secret of at least thirty-two bytes';

/** No file of the process may grow beyond this; to the process that is a disk without room. */
function limitFiles(pid: number | undefined, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

test('a server whose disk is full refuses with 503, keeps what it has, and goes on when there is room', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-full-'));
  const data = join(folder, 'chat.db');
  const environment = { CHAT_JWT_SECRET: jwtSecret, ...withoutAllowance };
  const load = new Load();
  const { credentials: users } = load;
  const server = new Program({ data, users, environment, patienceMs: 60_000 });
  try {
    await server.start();
    const { url } = server;
    await load.logIn(url);
    limitFiles(server.pid, Math.max(statSync(data).size, statSync(`${data}-wal`).size) + 400_000);
    await load.talk(url);
    expect(load.cut).toBe(0);
    expect(new Set(load.refusals)).toEqual(new Set([503]));
    const token = load.tokenOf('ada');
    const refused = await send(url, token, 'x'.repeat(8_000));
    expect(refused).toMatchObject({ status: 503, body: { detail: expect.any(String) } });
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    // What needs no room is served.
    expect((await call(url, '/api/v1/stats/messages', { token })).status).toBe(200);
    expect((await history(url, token)).length).toBeGreaterThan(0);

    limitFiles(server.pid, 'unlimited');
    await load.completeInterrupted(url);
    await load.expectKept(url);
    expect((await send(url, token, 'There is room')).status).toBe(200);
    expect(await server.stop()).toBe(0);
    const store = await openSqliteStore({ path: data });
    expect(await store.check()).toEqual([]);
    await store.close();
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
});
