import { type Logger, pino } from 'pino';

/** The log of a server, line by line, as it would be on stderr. */
export function createLogged(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, logger: pino({ level: 'debug' }, { write: (line) => lines.push(line) }) };
}
