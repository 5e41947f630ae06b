import { type Logger, pino } from 'pino';
import { logSerializers } from './log.js';

/** From here on, pino calls it an error. */
const errorLevel = 50;

/**
 * Warnings and errors on the console, for a server that was given no logger: whoever tries it out would
 * otherwise never learn why an assistant gives no reply. What may not stand in a log does not stand here.
 */
export function createConsoleLogger(): Logger {
  const write = (line: string): void => {
    const { level, msg, ...fields } = JSON.parse(line) as { level: number; msg?: string };
    console[level >= errorLevel ? 'error' : 'warn'](`[chat server] ${msg ?? ''}`, fields);
  };
  const options = { level: 'warn', serializers: logSerializers, base: null, timestamp: false };
  return pino(options, { write });
}
