import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { CommandError } from './command-error.js';
import type { DataPlace } from './open-store.js';
import { say, type Terminal } from './terminal.js';

/**
 * Copies the data into a new file, also while a server runs on them: one consistent moment, whole or
 * not at all.
 * @throws {CommandError} when there are no data, or the file exists already.
 */
export async function backup(
  terminal: Terminal,
  file: string,
  { data, databaseUrl }: DataPlace,
): Promise<void> {
  if (databaseUrl !== undefined) {
    throw new CommandError('CHAT_DATABASE_URL is set: back PostgreSQL up with its own pg_dump.');
  }
  if (!existsSync(data)) throw new CommandError(`There is no data file "${data}" to back up.`);
  if (existsSync(file)) throw new CommandError(`"${file}" exists already: name a new file.`);
  const unfinished = `${file}.${randomUUID()}.tmp`;
  try {
    copy(data, unfinished);
    await sync(unfinished);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw new CommandError(`The backup failed: ${error instanceof Error ? error.message : error}.`);
  }
  say(terminal, `Backed up ${data} to ${file}.`);
}

function copy(from: string, to: string): void {
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
