import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPostgresStore } from '@chat/server';
import { findPostgres } from '@chat/test-support';
import { expect, test } from 'vitest';
import { psql } from '../support/psql.js';
import type { Cluster } from './describe-cluster.js';
import { logIn, send } from './http-calls.js';

const run = promisify(execFile);

export const dumpUser = 'tom';

/** The backup and restore steps of `docs/operations/backup.md` for PostgreSQL. */
export function dumpAndRestore(cluster: () => Cluster): void {
  const tool = (name: string) => join(findPostgres() ?? '', name);

  test('can be dumped while they serve; the restored database is valid and has all acknowledged messages', async () => {
    const { url, postgres } = cluster();
    const folder = await mkdtemp(join(tmpdir(), 'chat-dump-'));
    const dump = join(folder, 'chat.dump');
    try {
      const token = await logIn(url, dumpUser);
      const before = await send(url, token, 'Stored before');
      const meanwhile = Array.from({ length: 20 }, (_, n) => send(url, token, `Meanwhile ${n}`));
      await run(tool('pg_dump'), ['-Fc', '-f', dump, postgres.url]);
      await Promise.all(meanwhile);

      const restored = new URL(postgres.url);
      restored.pathname = '/restored';
      await psql(postgres.url, 'CREATE DATABASE restored');
      await run(tool('pg_restore'), ['--no-owner', '-d', restored.href, dump]);
      const store = await openPostgresStore({ url: restored.href });
      expect(await store.check()).toEqual([]);
      const user = await store.userByName(dumpUser);
      const [first] = await store.messages(user!.id, { from: 1, to: 1 });
      expect(first).toMatchObject({ id: before.body.messages[0].id, content: 'Stored before' });
      await store.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
