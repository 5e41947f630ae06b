import { type Logger, pino } from 'pino';
import { logSerializers } from '../../../logging/log-serializers.js';

/** The level `error` of pino. */
const errorLevel = 50;

/**
 * Logs warnings and errors to the console when no logger is given, so that for example the reason for a failing
 * assistant is visible. It redacts like the other loggers.
 */
export function createConsoleLogger(): Logger {
  const write = (line: string): void => {
    const { level, msg, ...fields } = JSON.parse(line) as { level: number; msg?: string };
    console[level >= errorLevel ? 'error' : 'warn'](`[chat server] ${msg ?? ''}`, fields);
  };
  const options = { level: 'warn', serializers: logSerializers, base: null, timestamp: false };
  return pino(options, { write });
}
