import { DatabaseError } from 'pg';
import { StoreUnavailableError } from '../../domain/errors.js';

const connectionLost = 'The connection to the database was lost.';
const timedOut = 'The database did not respond in time.';

/** SQLSTATE codes, or their two-character classes, that mean a problem of the server and not of one query. */
const unavailableReasons: { readonly [code: string]: string } = {
  '08': connectionLost,
  '53': 'The database server has no resources left.',
  '57': 'The database server is stopping or starting.',
  '58': 'The database server failed to read or write its files.',
  '53100': 'The disk of the database server is full.',
  '53300': 'The database server accepts no more connections.',
  '57014': timedOut,
  '25P03': timedOut,
  '55P03': timedOut,
  '25006': 'The database server is read-only.',
};

/** Errors of node-postgres itself, which have no code. */
const driverMessages: readonly (readonly [text: string, reason: string])[] = [
  ['timeout exceeded when trying to connect', 'No database connection became free in time.'],
  ['Query read timeout', timedOut],
];

/**
 * Turns a problem of the server into a StoreUnavailableError; returns an error of one query unchanged. Only for errors of
 * node-postgres: those without a SQLSTATE mean a lost connection.
 */
export function explainPostgresError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError) return error;
  const reason = reasonFor(error);
  return reason === undefined ? error : new StoreUnavailableError(reason, { cause: error });
}

/** Whether the server rolled back the transaction because of another one, so that it can run again. */
export function isConflict(error: unknown): boolean {
  // Of the class 40, only 40003 leaves open whether the transaction took effect.
  return error instanceof DatabaseError && /^40(?!003)/.test(error.code ?? '');
}

/** Whether the database does not support a statement. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '0A000';
}

function reasonFor(error: unknown): string | undefined {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    return unavailableReasons[code] ?? unavailableReasons[code.slice(0, 2)];
  }
  const message = error instanceof Error ? error.message : '';
  return driverMessages.find(([text]) => message.includes(text))?.[1] ?? connectionLost;
}
