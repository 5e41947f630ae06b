import { DatabaseError } from 'pg';
import { StoreOpenError } from '../store-open-error.js';

export const foreignTables =
  'contains tables of another program: create a separate database for the chat';

/** By SQLSTATE, or by the error codes of Node. Each completes the sentence "The database … at … …". */
const reasons: { readonly [code: string]: string } = {
  '28P01': 'rejects the user name or the password',
  '25006': 'is read-only: use the primary server, and a user without default_transaction_read_only',
  '3D000': 'does not exist: create it first',
  '3F000': 'has no schema for the tables: check the search_path of this user',
  '42501': 'does not allow this user to create tables',
  '42P07': foreignTables,
  '53300': 'accepts no more connections',
  '57P03': 'is starting: try again soon',
  ECONNREFUSED: 'cannot be reached: no server listens there',
  ENOENT: 'cannot be reached: the Unix socket does not exist',
  EACCES: 'cannot be reached: this process may not use the Unix socket',
  ENOTFOUND: 'cannot be reached: the host does not exist',
  EAI_AGAIN: 'cannot be reached: the host name could not be resolved',
  EHOSTUNREACH: 'cannot be reached: there is no network route to the host',
  ENETUNREACH: 'cannot be reached: there is no network route to the host',
  ETIMEDOUT: 'cannot be reached: the host does not respond',
  ECONNRESET: 'closed the connection',
  CERT_HAS_EXPIRED: 'has an expired certificate: renew it on the server',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet: check the clocks of both machines',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'has a certificate for other host names: use one of its names as the host in the URL',
};

const unknownAuthority =
  'has a certificate of an authority that is not trusted: add sslmode=verify-full&sslrootcert=FILE to the URL, with the CA file of that authority. sslmode=no-verify encrypts without checking the certificate';
const tlsOnly =
  'rejects the user without TLS: add sslmode=verify-full to the URL, and sslrootcert=FILE when a private authority signed its certificate';

/** Errors whose code does not tell the reason. The first match counts. */
const patterns: readonly (readonly [pattern: RegExp, reason: string])[] = [
  // pg_hba.conf has no entry, or only hostssl entries. PgBouncer and hosted servers have their own texts.
  [
    /no pg_hba\.conf entry.*(?:no encryption|SSL off)|SSL (?:connection )?(?:is )?required/i,
    tlsOnly,
  ],
  [/no pg_hba\.conf entry/, 'has no entry for this user, database and host in its pg_hba.conf'],
  [/pg_hba\.conf rejects/, 'rejects the user: see its pg_hba.conf'],
  [
    /does not support SSL/,
    'does not support TLS: turn it on there, or remove sslmode from the URL',
  ],
  [/self[- ]signed certificate|unable to (?:get|verify)/i, unknownAuthority],
  [
    /SSL routines/,
    'failed to set up TLS: check its versions and certificate, and sslmode in the URL',
  ],
  [/^SASL.*password must be/, 'requires a password: add it to the URL'],
  [/timeout/i, 'cannot be reached: the host does not respond'],
];

/** @param name the database, at the beginning of a sentence */
export function explainOpenError(name: string, error: unknown): unknown {
  if (error instanceof StoreOpenError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const matched = patterns.find(([pattern]) => pattern.test(message))?.[1];
  const fallback =
    cause instanceof DatabaseError
      ? `reports: ${message}`
      : `cannot be reached${code === '' ? '' : ` (${code})`}`;
  return new StoreOpenError(`${name} ${reasons[code] ?? matched ?? fallback}.`, { cause: error });
}
