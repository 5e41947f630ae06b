import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { psql } from '../support/psql.js';
import { call, expectUnavailable, history, logIn, send } from './caller.js';
import type { Cluster } from './describe-cluster.js';

const patient = { timeout: 30_000, interval: 100 };

export const refusedUsers = ['rob', 'sue'];

/** What `docs/operations.md` promises of a PostgreSQL that answers, and cannot store. */
export function databaseRefusals(cluster: () => Cluster): void {
  /** A text that no compression makes shorter: it needs room. */
  const bulky = () => randomBytes(3_900).toString('hex');

  test('whose PostgreSQL may only be read from serve what is only read, and refuse the rest', async () => {
    const { url, postgres } = cluster();
    const token = await logIn(url, 'rob');
    expect((await send(url, token, 'Before')).status).toBe(200);
    const mayWrite = (setting: 'off' | 'on') =>
      psql(
        postgres.url,
        `ALTER SYSTEM SET default_transaction_read_only = ${setting === 'on' ? 'off' : 'on'}`,
        'SELECT pg_reload_conf()',
      );
    await mayWrite('off');
    try {
      await expect.poll(async () => (await send(url, token, 'Not now')).status, patient).toBe(503);
      await expectReadOnly(url, token);
    } finally {
      await mayWrite('on');
    }
    await expect.poll(async () => (await send(url, token, 'After')).status, patient).toBe(200);
  });

  test('whose PostgreSQL has no room on its disk serve what is only read, and go on when there is', async (context) => {
    const { url, disk, postgres } = cluster();
    if (disk === undefined) {
      console.warn(
        '\n*** Nothing may be mounted here: A FULL DISK IS NOT TESTED on PostgreSQL. ***\n',
      );
      return context.skip();
    }
    const token = await logIn(url, 'sue');
    expect((await send(url, token, 'Before')).status).toBe(200);
    const sent: { content: string; key: string; status: number }[] = [];
    // Room in its log, which is made in large pieces: without that it ends itself.
    await psql(postgres.url, 'SELECT pg_switch_wal()', 'CHECKPOINT');
    disk.fill();
    try {
      do {
        const [content, key] = [`${sent.length} ${bulky()}`, `key-${sent.length}`];
        sent.push({ content, key, ...(await send(url, token, content, key)) });
      } while (sent.at(-1)?.status === 200);
      expect(sent.at(-1)?.status).toBe(503);
      await expectReadOnly(url, token);
    } finally {
      disk.free();
    }
    const refused = sent.at(-1)!;
    await expect
      .poll(async () => (await send(url, token, refused.content, refused.key)).status, patient)
      .toBe(200);
    const said = (await history(url, token)).map(({ role, content }) => `${role} ${content}`);
    for (const { content } of sent) {
      expect(said.filter((text) => text === `user ${content}`)).toHaveLength(1);
      expect(said.filter((text) => text === `assistant ${content}`)).toHaveLength(1);
    }
  });

  async function expectReadOnly(url: string, token: string): Promise<void> {
    expectUnavailable(await send(url, token, bulky()));
    expect((await history(url, token)).length).toBeGreaterThan(0);
    expect((await call(url, '/api/v1/stats/messages', { token })).status).toBe(200);
    // The store answers: a balancer that took all instances out would help nobody.
    expect((await call(url, '/readyz')).status).toBe(200);
  }
}
