import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';

// Primary result codes, https://sqlite.org/rescode.html
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;

/** What hinders the database as a whole, and not one query. */
const hindrances: { readonly [code: number]: string } = {
  [SQLITE_BUSY]: 'The database is locked by another process.',
  6: 'The database is locked.',
  8: 'The database file may not be written to.',
  10: 'The disk failed to read or write the database file.',
  [SQLITE_CORRUPT]: 'The database file is damaged: restore a backup.',
  13: 'The disk is full: the database cannot grow.',
  14: 'The database file cannot be opened.',
};

/** The primary result code of an error that SQLite gave, `undefined` of any other. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Says in one sentence what hinders the database; an error of another kind comes back as it is. */
export function explainSqliteError(error: unknown): unknown {
  const code = sqliteCode(error);
  const sentence = code === undefined ? undefined : hindrances[code];
  return sentence === undefined ? error : new StoreUnavailableError(sentence, { cause: error });
}
