import { type DataSource, requireData, withStore } from '../connections/open-store.js';
import { print, type Terminal } from '../output/terminal.js';

const batchSize = 500;

/**
 * Prints the names of all users, also while a server uses the data.
 * @throws {CommandError} when the file does not exist
 */
export async function userList(terminal: Terminal, source: DataSource): Promise<void> {
  requireData(source);
  await withStore(source, async (store) => {
    let names: string[] = [];
    do {
      names = await store.usernames({ after: names.at(-1) ?? '', limit: batchSize });
      for (const name of names) print(terminal, name);
    } while (names.length === batchSize);
  });
}
