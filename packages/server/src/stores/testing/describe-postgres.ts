import { PostgresServer, servicesAvailable } from '@chat/test-support';
import { Client } from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { tableNames } from '../sql/migrations.js';

/** A server for the tests of one file, and empty schemas on it. */
export interface PostgresFixture {
  readonly server: PostgresServer;
  /** The URL of a new schema. */
  emptySchema(): Promise<string>;
  /** Runs a query as the server's administrator. */
  query(text: string): Promise<Record<string, unknown>[]>;
}

/** Deletes all data. A test needs more time for new tables, and for TRUNCATE, which creates their files again. */
export async function emptyTables(url: string): Promise<void> {
  const tables = tableNames.filter((name) => name !== 'schema_version');
  await queryOnce(url, tables.map((table) => `DELETE FROM ${table}`).join(';'));
}

async function queryOnce(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Runs tests against a real PostgreSQL, where one is installed. */
export function describePostgres(name: string, tests: (fixture: PostgresFixture) => void): void {
  describe.skipIf(!servicesAvailable('PostgreSQL'))(name, () => {
    let server: PostgresServer;
    let schemas = 0;

    beforeAll(async () => {
      server = await PostgresServer.create();
      await server.start();
    });
    afterAll(() => server?.remove());

    const query = (text: string) => queryOnce(server.url, text);
    tests({
      get server() {
        return server;
      },
      query,
      async emptySchema() {
        schemas += 1;
        await query(`CREATE SCHEMA test_${schemas}`);
        return `${server.url}?options=${encodeURIComponent(`-c search_path=test_${schemas}`)}`;
      },
    });
  });
}
