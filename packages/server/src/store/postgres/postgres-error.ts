import { DatabaseError } from 'pg';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';

const lost = 'The connection to the database was lost.';
const slow = 'The database took too long to answer.';

/** SQLSTATE codes, or their classes of two characters, that tell of the server and not of a query. */
const hindrances: { readonly [code: string]: string } = {
  '08': lost,
  '53': 'The database server has no room left.',
  '57': 'The database server is stopping or starting.',
  '58': 'The database server failed to read or write its files.',
  '53100': 'The disk of the database server is full.',
  '53300': 'The database server takes no more connections.',
  '57014': slow,
  '25P03': slow,
  '55P03': slow,
  '25006': 'The database server may only be read from.',
};

/** What node-postgres says of its own, where it has no code. */
const ownWords: readonly (readonly [words: string, sentence: string])[] = [
  ['timeout exceeded when trying to connect', 'No connection to the database was free in time.'],
  ['Query read timeout', slow],
];

/**
 * Says in one sentence what hinders the database; what is wrong with a query comes back as it is. To
 * be asked only about errors of node-postgres: all that have no SQLSTATE tell of the line.
 */
export function explainPostgresError(error: unknown): unknown {
  const sentence = sentenceOf(error);
  return sentence === undefined ? error : new StoreUnavailableError(sentence, { cause: error });
}

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    return hindrances[code] ?? hindrances[code.slice(0, 2)];
  }
  const message = error instanceof Error ? error.message : '';
  return ownWords.find(([words]) => message.includes(words))?.[1] ?? lost;
}
