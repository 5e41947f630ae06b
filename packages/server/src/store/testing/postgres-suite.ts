import { Client } from 'pg';
import { afterAll, beforeAll, describe } from 'vitest';
import { findPostgres, PostgresServer } from './postgres-server.js';

/** A server for the tests of one file, and empty schemas on it. */
export interface PostgresSubject {
  readonly server: PostgresServer;
  /** The address of a schema that nobody has used. */
  emptySchema(): Promise<string>;
  /** Runs a query as the server's administrator. */
  query(text: string): Promise<unknown[]>;
}

/** Runs tests against a real PostgreSQL, or says loudly that this machine has none. */
export function describePostgres(name: string, tests: (subject: PostgresSubject) => void): void {
  const programs = findPostgres();
  describe.skipIf(programs === undefined)(name, () => {
    let server: PostgresServer;
    let schemas = 0;

    beforeAll(async () => {
      server = await PostgresServer.start(programs as string);
    });
    afterAll(() => server?.stop());

    const query = async (text: string) => {
      const admin = new Client(server.url());
      await admin.connect();
      try {
        return (await admin.query(text)).rows;
      } finally {
        await admin.end();
      }
    };
    tests({
      get server() {
        return server;
      },
      query,
      async emptySchema() {
        schemas += 1;
        await query(`CREATE SCHEMA test_${schemas}`);
        return server.url(`test_${schemas}`);
      },
    });
  });
}
