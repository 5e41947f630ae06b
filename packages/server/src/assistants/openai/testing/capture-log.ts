import { type Logger, pino } from 'pino';

/** A logger that records its lines. */
export function captureLog(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, logger: pino({ level: 'debug' }, { write: (line) => lines.push(line) }) };
}
