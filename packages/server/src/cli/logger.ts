import { type Logger as PinoLogger, pino } from 'pino';
import type { Logger } from '../chat/ports.js';
import { logSerializers } from '../fastify/log.js';

/** What may wait for whoever reads the logs; what comes on top is lost instead of filling the memory. */
const waitingMaxBytes = 16 * 1024 * 1024;

/**
 * JSON lines on stderr; stdout is for what a person reads. Never waits for its reader: a pipe that
 * nobody empties would stop the whole server.
 */
export function createLogger(level: string): PinoLogger {
  const destination = pino.destination({ dest: 2, sync: false, maxLength: waitingMaxBytes });
  return pino({ level, serializers: logSerializers, base: null }, destination);
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
