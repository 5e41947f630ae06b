import { StoreOpenError } from '../store-open-error.js';
import type { Dialect } from './dialect.js';
import { migrations as allMigrations } from './migrations.js';

/** Runs one query and returns its rows as arrays of columns. */
export type Execute = (sql: string) => Promise<readonly (readonly unknown[])[]>;

/**
 * Runs the migrations that the database has not run yet. Call it in a transaction that excludes other processes.
 *
 * @param name the database in error messages
 * @throws {StoreOpenError} when a newer release has migrated the database
 */
export async function migrate(
  dialect: Dialect,
  execute: Execute,
  name: string,
  migrations = allMigrations,
): Promise<void> {
  await execute(`create table if not exists schema_version (version ${dialect.integer} not null)`);
  const [row] = await execute('select version from schema_version');
  const version = Number(row?.[0] ?? 0);
  if (version > migrations.length) {
    throw new StoreOpenError(
      `${name} was written by a newer release (its schema is version ${version}, this release knows ${migrations.length}): run that release, or restore a backup from before it.`,
    );
  }
  if (version === migrations.length) return;
  for (const migration of migrations.slice(version)) {
    for (const statement of migration(dialect)) await execute(statement);
  }
  await execute('delete from schema_version');
  await execute(`insert into schema_version values (${migrations.length})`);
}
