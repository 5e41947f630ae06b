import { TimeoutError } from '../errors/timeout-error.js';
import type { SocketDependencies } from './dependencies.js';
import type { SocketStatus } from './events.js';
import type { Feed } from './feed.js';
import { type Greeting, parseFrame, type ReceivedFrame } from './frame.js';
import type { Line } from './line.js';
import { watchLine } from './line-watch.js';
import type { SocketSettings } from './options.js';
import type { Outbox } from './outbox.js';

/**
 * How long a backend that has not greeted yet may take to do so before it counts as one that knows only
 * the core. Guessing wrong costs little: a frame that left without an id is never sent again.
 */
const GREETING_MS = 1000;
/** A backend that used to greet has this many silent connections before it counts as one that no longer does. */
const SILENT_CONNECTIONS = 3;

/**
 * What is said over one line after another: who greets, what a frame means, and who has to know. The
 * function that it returns is called when a WebSocket opened, and returns what is to be called with each
 * text that comes; it calls `letIn` when the backend is known to have let us in.
 */
export function createSession(
  { announced, logger, now, redact, validate = true }: SocketDependencies,
  { connectTimeoutMs, recover }: SocketSettings,
  outbox: Outbox,
  feed: Feed,
) {
  /** So many silent connections, and the backend counts as one that does not greet. */
  let silences = 0;

  return (line: Line, letIn: () => void) => {
    let isIn = false;
    let heard = () => {};

    /** The backend let us in, with a greeting or without. A late greeting only adds what it offers. */
    const confirm = (greeting?: Greeting) => {
      const features = new Set(greeting?.features);
      heard = watchLine(line, features.has('heartbeat') ? greeting?.heartbeatMs : 0, now);
      if (greeting !== undefined) silences = SILENT_CONNECTIONS;
      if (!isIn) {
        isIn = true;
        void feed.begin(line.signal, features.has('identity') ? greeting?.timestamp : undefined);
        letIn();
      }
      outbox.open(line, features);
    };

    line.signal.addEventListener('abort', () => {
      outbox.lineBroke();
      if (recover.maxMessages === 0) outbox.missed(true);
    });
    const isExpected = silences > 0 || announced?.();
    const patienceMs = isExpected ? connectTimeoutMs : Math.min(GREETING_MS, connectTimeoutMs);
    line.after(patienceMs, () => {
      silences -= 1;
      if (silences > 0) line.cut(new TimeoutError('The greeting of the server', patienceMs));
      else confirm();
    });

    const receive = ({ type, data }: ReceivedFrame) => {
      const { event, retryAfterMs }: Partial<SocketStatus> = type === 'status' ? data : {};
      if (event === 'connected') confirm(data);
      // A greeting is the first frame, or there is none.
      else if (!isIn) confirm();
      if (line.signal.aborted || event === 'connected' || event === 'heartbeat') return;
      if (type === 'message') {
        line.onTrial = false;
        // At once, and not when it is shown: what the server has must not wait for the history.
        if (data.role === 'user') outbox.confirm(data);
      }
      if (event === 'rate_limited') outbox.hold(data.id, retryAfterMs);
      if (event === 'error') outbox.refuse(data.id, redact(data.content));
      feed.take({ type, data } as ReceivedFrame);
    };

    return (text: string): void => {
      heard();
      try {
        receive(parseFrame(text, validate));
      } catch {
        // Unchecked, a frame may turn out to be none only when it is used.
        logger.warn('A frame of the server was not understood.');
      }
    };
  };
}

export type Session = ReturnType<typeof createSession>;
