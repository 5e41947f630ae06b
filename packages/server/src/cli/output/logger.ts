import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { logSerializers } from '../../logging/log-serializers.js';
import type { Terminal } from './terminal.js';

export type LogFormat = 'auto' | 'json' | 'text';

/** The limit for unwritten log lines; further lines are dropped. */
const waitingMaxBytes = 16 * 1024 * 1024;

/**
 * Logs to stderr; stdout is for output to people. Lines are JSON, or text for people when stderr is a terminal. Writing is
 * asynchronous: a pipe without a reader must not block the server.
 */
export function createLogger(level: string, format: LogFormat, terminal: Terminal): PinoLogger {
  const isText = format === 'text' || (format === 'auto' && terminal.stderr.isTTY === true);
  const file = pino.destination({ dest: 2, sync: false, maxLength: waitingMaxBytes });
  const text: DestinationStream = { write: (line) => file.write(formatLogLine(line)) };
  return pino({ level, serializers: logSerializers, base: null }, isText ? text : file);
}

const levelNames: { readonly [level: number]: string } = {
  20: 'DEBUG',
  30: 'INFO',
  40: 'WARN',
  50: 'ERROR',
  60: 'FATAL',
};

/** A line of pino for people: time, level, message and the other fields. */
export function formatLogLine(line: string): string {
  const {
    level,
    time,
    msg = '',
    ...fields
  } = JSON.parse(line) as {
    level: number;
    time: number;
    msg?: string;
  };
  const clock = new Date(time).toTimeString().slice(0, 8);
  const start = `${clock} ${(levelNames[level] ?? String(level)).padEnd(5)} ${msg}`;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
  return `${start}${rest.join('')}\n`;
}
