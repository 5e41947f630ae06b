import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { psql } from '../support/psql.js';
import type { Cluster } from './describe-cluster.js';
import { call, expectUnavailable, history, logIn, send } from './http-calls.js';

const polling = { timeout: 30_000, interval: 100 };

export const writeErrorUsers = ['rob', 'sue'];

/** What `docs/operations/failure-modes.md` promises for a PostgreSQL that can be read but not written. */
export function databaseWriteErrors(cluster: () => Cluster): void {
  /** A text that cannot be compressed. */
  const longText = () => randomBytes(3_900).toString('hex');

  test('whose PostgreSQL is read-only serve reads and reject writes', async () => {
    const { url, postgres } = cluster();
    const token = await logIn(url, 'rob');
    expect((await send(url, token, 'Before')).status).toBe(200);
    const setWritable = (setting: 'off' | 'on') =>
      psql(
        postgres.url,
        `ALTER SYSTEM SET default_transaction_read_only = ${setting === 'on' ? 'off' : 'on'}`,
        'SELECT pg_reload_conf()',
      );
    await setWritable('off');
    try {
      await expect.poll(async () => (await send(url, token, 'Not now')).status, polling).toBe(503);
      await expectReadOnly(url, token);
    } finally {
      await setWritable('on');
    }
    await expect.poll(async () => (await send(url, token, 'After')).status, polling).toBe(200);
  });

  test('whose PostgreSQL has a full disk serve reads, and recover when there is space', async (context) => {
    const { url, disk, postgres } = cluster();
    if (disk === undefined) {
      console.warn(
        '\n*** Mounting is not allowed here: A FULL DISK IS NOT TESTED on PostgreSQL. ***\n',
      );
      return context.skip();
    }
    const token = await logIn(url, 'sue');
    expect((await send(url, token, 'Before')).status).toBe(200);
    const sent: { content: string; key: string; status: number }[] = [];
    // A new WAL segment first: without space for its log PostgreSQL would stop.
    await psql(postgres.url, 'SELECT pg_switch_wal()', 'CHECKPOINT');
    disk.fill();
    try {
      do {
        const [content, key] = [`${sent.length} ${longText()}`, `key-${sent.length}`];
        sent.push({ content, key, ...(await send(url, token, content, key)) });
      } while (sent.at(-1)?.status === 200);
      expect(sent.at(-1)?.status).toBe(503);
      await expectReadOnly(url, token);
    } finally {
      disk.free();
    }
    const rejected = sent.at(-1)!;
    await expect
      .poll(async () => (await send(url, token, rejected.content, rejected.key)).status, polling)
      .toBe(200);
    const texts = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (const { content } of sent) {
      expect(texts.filter((text) => text === `user ${content}`)).toHaveLength(1);
      expect(texts.filter((text) => text === `assistant ${content}`)).toHaveLength(1);
    }
  });

  async function expectReadOnly(url: string, token: string): Promise<void> {
    expectUnavailable(await send(url, token, longText()));
    expect((await history(url, token)).length).toBeGreaterThan(0);
    expect((await call(url, '/api/v1/stats/messages', { token })).status).toBe(200);
    // The store can be read, so the balancer must not remove all instances.
    expect((await call(url, '/readyz')).status).toBe(200);
  }
}
