import type { Compilable } from 'kysely';
import { StoreOpenError } from '../store-open-error.js';
import { type Dialect, migrations } from './migrations.js';

/** Runs one query and returns its rows as arrays of columns. */
export type Execute = (query: Compilable) => Promise<readonly (readonly unknown[])[]>;

/**
 * Runs the migrations that the database has not run yet. Call it in a transaction that excludes other processes.
 *
 * @param name the database in error messages
 * @throws {StoreOpenError} when a newer release has migrated the database
 */
export async function migrate(dialect: Dialect, execute: Execute, name: string): Promise<void> {
  const { db } = dialect;
  await execute(
    db.schema
      .createTable('schema_version')
      .ifNotExists()
      .addColumn('version', dialect.integer, (column) => column.notNull()),
  );
  const [row] = await execute(db.selectFrom('schema_version').select('version'));
  const version = Number(row?.[0] ?? 0);
  if (version > migrations.length) {
    throw new StoreOpenError(
      `${name} was written by a newer release (its schema is version ${version}, this release knows ${migrations.length}): run that release, or restore a backup from before it.`,
    );
  }
  if (version === migrations.length) return;
  for (const step of migrations.slice(version)) {
    for (const query of step(dialect)) await execute(query);
  }
  await execute(db.deleteFrom('schema_version'));
  await execute(db.insertInto('schema_version').values({ version: migrations.length }));
}
