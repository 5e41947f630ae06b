import { TimeoutError } from '../../errors/call-errors.js';
import type { ChatError } from '../../errors/chat-error.js';
import { isChatError } from '../../errors/is-chat-error.js';
import type { Connection } from '../connection/connection.js';
import { monitorLiveness } from '../connection/heartbeat-monitor.js';
import type { SocketDependencies } from '../dependencies.js';
import type { SocketEvent } from '../events.js';
import type { SocketSettings } from '../options.js';
import type { GapRecovery } from '../recovery/gap-recovery.js';
import { type Greeting, invalidFrame, parseFrame, type ReceivedFrame } from './frames.js';
import type { Outbox } from './outbox.js';

/**
 * A backend that never sent a greeting counts as core-only after this time. A wrong guess costs little: a frame that
 * was sent without an id is never sent again.
 */
const CORE_GREETING_TIMEOUT_MS = 1000;
/** A backend that sent greetings before counts as core-only after this many connections without one. */
const MAX_SILENT_CONNECTIONS = 3;

/**
 * Waits for the greeting and passes frames on to the outbox and the recovery. Returns a function to call when a
 * WebSocket opened; that one returns the handler of its text frames, and calls `onAccepted` when the backend has
 * accepted the connection.
 */
export function createFrameHandler(
  { capabilities, logger, now, secrets, validate = true }: SocketDependencies,
  { connectTimeoutMs, recover }: SocketSettings,
  outbox: Outbox,
  recovery: GapRecovery,
  onInvalidFrame: (error: ChatError) => void,
) {
  let silentConnectionsLeft = 0;

  return (connection: Connection, onAccepted: () => void) => {
    let accepted = false;
    let markAlive = () => {};

    /** The backend accepted the connection, with or without a greeting. A late greeting only adds features. */
    const accept = (greeting?: Greeting) => {
      if (!accepted) {
        connection.beforeAccept();
        if (connection.signal.aborted) return;
        connection.hasUnconfirmed = () => outbox.hasUnconfirmed;
        connection.signal.addEventListener('abort', () => {
          outbox.connectionLost();
          if (recover.maxMessages === 0) outbox.messagesMissed(true);
        });
      }
      const features = new Set(greeting?.features);
      markAlive = monitorLiveness(
        connection,
        features.has('heartbeat') ? greeting?.heartbeatMs : 0,
        now,
      );
      if (greeting !== undefined) silentConnectionsLeft = MAX_SILENT_CONNECTIONS;
      if (!accepted) {
        accepted = true;
        void recovery.start(
          connection.signal,
          features.has('identity') ? greeting?.timestamp : undefined,
        );
        onAccepted();
      }
      outbox.connectionAccepted(connection, features);
    };

    const greetingExpected = silentConnectionsLeft > 0 || capabilities?.hasExtensions;
    const greetingTimeoutMs = greetingExpected
      ? connectTimeoutMs
      : Math.min(CORE_GREETING_TIMEOUT_MS, connectTimeoutMs);
    connection.setTimer(greetingTimeoutMs, () => {
      silentConnectionsLeft -= 1;
      if (silentConnectionsLeft > 0)
        connection.fail(new TimeoutError('The greeting of the server', greetingTimeoutMs));
      else accept();
    });

    const receive = (frame: ReceivedFrame) => {
      const { type, data } = frame;
      if (type === 'status' && data.event === 'connected') return accept(data);
      // The greeting is always the first frame. Another first frame means a core-only backend.
      if (!accepted) accept();
      if (connection.signal.aborted || (type === 'status' && data.event === 'heartbeat')) return;
      if (type === 'message') {
        connection.tokenIsFresh = false;
        // Now, not on delivery: an acknowledgement must not wait until the gap is filled.
        if (data.role === 'user') outbox.acknowledged(data);
      } else if (data.event === 'rate_limited') outbox.pause(data.id, data.retryAfterMs);
      else if (data.event === 'error') outbox.rejected(data.id, secrets.redact(data.content));
      else if (data.event === 'stopped') outbox.replyStopped(data.id);
      recovery.receive(frame as SocketEvent);
    };

    return (text: string): void => {
      markAlive();
      try {
        receive(parseFrame(text, validate));
      } catch (error) {
        // With `validate: false`, an invalid frame may fail only when it is used.
        logger.warn('An invalid frame was ignored.');
        onInvalidFrame(
          isChatError(error) ? error : invalidFrame('', 'A frame must be JSON with type and data.'),
        );
      }
    };
  };
}

export type OnConnectionOpen = ReturnType<typeof createFrameHandler>;
