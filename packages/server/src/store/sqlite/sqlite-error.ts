import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';

// Primary result codes, https://sqlite.org/rescode.html
const SQLITE_ERROR = 1;
export const SQLITE_BUSY = 5;
export const SQLITE_CORRUPT = 11;
export const SQLITE_NOTADB = 26;

interface Hindrance {
  readonly code: number;
  /** SQLite's own words: not every method of the driver passes on the code. */
  readonly text: string;
  readonly sentence: string;
}

/** What hinders the database as a whole, and not one query. */
const hindrances: readonly Hindrance[] = [
  {
    code: SQLITE_BUSY,
    text: 'database is locked',
    sentence: 'The database is locked by another process.',
  },
  {
    code: 8,
    text: 'attempt to write a readonly database',
    sentence: 'The database file may not be written to.',
  },
  {
    code: 10,
    text: 'disk I/O error',
    sentence: 'The disk failed to read or write the database file.',
  },
  {
    code: SQLITE_CORRUPT,
    text: 'database disk image is malformed',
    sentence: 'The database file is damaged: restore a backup.',
  },
  {
    code: 13,
    text: 'database or disk is full',
    sentence: 'The disk is full: the database cannot grow.',
  },
  {
    code: 14,
    text: 'unable to open database file',
    sentence: 'The database file cannot be opened.',
  },
  {
    code: SQLITE_NOTADB,
    text: 'file is not a database',
    sentence: 'The database file holds something else: restore a backup.',
  },
];

/** The primary result code of an error that SQLite gave, `undefined` of any other. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') {
    return undefined;
  }
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  return hindrances.find(({ text }) => error.message.includes(text))?.code ?? SQLITE_ERROR;
}

/** Says in one sentence what hinders the database; an error of another kind comes back as it is. */
export function explainSqliteError(error: unknown): unknown {
  const code = sqliteCode(error);
  const hindrance = hindrances.find((known) => known.code === code);
  return hindrance === undefined
    ? error
    : new StoreUnavailableError(hindrance.sentence, { cause: error });
}
