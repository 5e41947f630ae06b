import { type Command, Redis } from 'ioredis';
import { defaultTimeoutMs } from './redis-timeout.js';

/**
 * A connection whose commands reject after `timeoutMs`. The `commandTimeout` of ioredis also rejects after a
 * pause of this process (a busy event loop, a machine without free processors), although the response has arrived: timers
 * run before the socket is read. Here the socket is read once more before a command is rejected.
 */
export class RedisWithTimeout extends Redis {
  timeoutMs = defaultTimeoutMs;

  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const [command] = args;
    const sent = super.sendCommand(...args);
    const timer = setTimeout(() => setImmediate(rejectLate, command), this.timeoutMs);
    const settled = () => clearTimeout(timer);
    command.promise.then(settled, settled);
    return sent;
  }
}

/** No effect on a command that has its response. */
function rejectLate(command: Command): void {
  command.reject(new Error('Command timed out'));
}
