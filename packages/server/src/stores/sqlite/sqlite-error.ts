import { StoreUnavailableError } from '../../domain/errors.js';

// Primary result codes, https://sqlite.org/rescode.html
const SQLITE_ERROR = 1;
export const SQLITE_BUSY = 5;
export const SQLITE_READONLY = 8;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;

interface UnavailableCause {
  readonly code: number;
  /** SQLite's own message: not every method of the driver passes the code on. */
  readonly text: string;
  readonly reason: string;
}

/** Problems of the database as a whole, not of one query. */
const unavailableCauses: readonly UnavailableCause[] = [
  {
    code: SQLITE_BUSY,
    text: 'database is locked',
    reason: 'The database is locked by another process.',
  },
  {
    code: SQLITE_READONLY,
    text: 'attempt to write a readonly database',
    reason: 'The database file is not writable.',
  },
  {
    code: 10,
    text: 'disk I/O error',
    reason: 'The disk failed to read or write the database file.',
  },
  {
    code: SQLITE_CORRUPT,
    text: 'database disk image is malformed',
    reason: 'The database file is damaged: restore a backup.',
  },
  {
    code: 13,
    text: 'database or disk is full',
    reason: 'The disk is full: the database cannot grow.',
  },
  {
    code: 14,
    text: 'unable to open database file',
    reason: 'The database file cannot be opened.',
  },
  {
    code: SQLITE_NOTADB,
    text: 'file is not a database',
    reason: 'The file is not a database: restore a backup.',
  },
];

/** The primary result code of a SQLite error, `undefined` for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') {
    return undefined;
  }
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return unavailableCauses.find(({ text }) => error.message.includes(text))?.code ?? SQLITE_ERROR;
}

/** Turns a problem of the database into a StoreUnavailableError; returns any other error unchanged. */
export function explainSqliteError(error: unknown): unknown {
  const code = sqliteCode(error);
  const cause = unavailableCauses.find((known) => known.code === code);
  return cause === undefined ? error : new StoreUnavailableError(cause.reason, { cause: error });
}
