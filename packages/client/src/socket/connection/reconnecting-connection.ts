import { AbortError, ConnectionError, TimeoutError } from '../../errors/call-errors.js';
import { isPermanentError } from '../../errors/is-permanent-error.js';
import { SocketClosedError } from '../../errors/socket-errors.js';
import { backoffMs } from '../../lib/backoff.js';
import { onAbort } from '../../lib/on-abort.js';
import type { SocketDependencies } from '../dependencies.js';
import type { OnConnectionOpen } from '../messages/frame-handler.js';
import type { SocketSettings } from '../options.js';
import type { SocketState, SocketStateCause, SocketStateChange } from '../state-change.js';
import { ABNORMAL, closeAction, NORMAL, TOO_MANY_CONNECTIONS } from './close-policy.js';
import { type CloseCause, Connection } from './connection.js';
import { onOnlineOrVisible } from './runtime-events.js';

/** How often an open connection is checked again when no second connection is possible. */
const MAX_CHECKS = 3;

/**
 * So long after a failed WebSocket, another one is tried although requests fail: a page may be allowed to open it, but
 * not to send requests. Firefox remembers a failed WebSocket for a shorter time.
 */
const MAX_PROBING_MS = 90_000;

/** Whether the backend itself responded, not only a proxy in front of it. */
function hasResponse(error: unknown): boolean {
  // From 502 on: a proxy could not get a response from the backend.
  return (Object(error) as { status: number }).status < 502;
}

interface HandshakeError {
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/**
 * Gets a token, opens a connection and reconnects after failures. Every reconnect goes through `#connect`. Each
 * attempt has its own `Connection`; replacing it aborts its signal, so late events of an old attempt are ignored.
 */
export class ReconnectingConnection {
  readonly #dependencies: SocketDependencies;
  readonly #settings: SocketSettings;
  readonly #onOpen: OnConnectionOpen;
  readonly #onStateChange: (change: SocketStateChange) => void;
  readonly #cleanups: readonly (() => void)[];
  #state: SocketState = 'connecting';
  #connection = new Connection();
  /** A second connection that checks whether the current one is alive, and replaces it if not. */
  #candidate: Connection | undefined;
  #lastCheckAt = 0;
  #lastAttemptAt = 0;
  /** Failures since a connection last stayed open for `minUptimeMs`. */
  #failures = 0;
  /** When a WebSocket last did not reach the backend; from then on, a request finds out whether it responds. */
  #unreachableAt = Number.NEGATIVE_INFINITY;
  /** Token refreshes since then. */
  #refreshes = 0;
  /** The server requested the current delay; `online` and page-visible events must not shorten it. */
  #serverRequestedDelay = false;
  /** The backend rejected this token; refresh it before the next attempt. */
  #rejectedToken: string | undefined;
  /**
   * The backend accepted this token over HTTP, so a failed handshake has another cause. This is valid for a limited
   * time only: the token may expire later, and a failed handshake does not say so.
   */
  #acceptedToken: { readonly token: string; readonly untilMs: number } | undefined;

  constructor(
    dependencies: SocketDependencies,
    settings: SocketSettings,
    onOpen: OnConnectionOpen,
    onStateChange: (change: SocketStateChange) => void,
  ) {
    this.#dependencies = dependencies;
    this.#settings = settings;
    this.#onOpen = onOpen;
    this.#onStateChange = onStateChange;
    const { signal } = settings;
    const aborted = () =>
      this.close({ error: new AbortError('The socket', { cause: signal?.reason }) });
    this.#cleanups = [
      ...onOnlineOrVisible((isOnline) => this.#onOnlineOrVisible(isOnline)),
      onAbort(signal, aborted),
    ];
    if (signal?.aborted) aborted();
    else void this.#connect();
  }

  get state(): SocketState {
    return this.#state;
  }

  reconnect(): void {
    if (this.#state !== 'closed') void this.#connect();
  }

  close(cause: SocketStateCause = { code: NORMAL, reason: '' }): void {
    if (this.#state === 'closed') return;
    this.#replaceConnection();
    for (const stop of this.#cleanups) stop();
    this.#transition({ state: 'closed', ...cause });
  }

  async #connect(cause: SocketStateCause = {}): Promise<void> {
    const { now, tokens } = this.#dependencies;
    const connection = this.#replaceConnection();
    const { signal } = connection;
    this.#lastAttemptAt = now();
    this.#transition({ state: 'connecting', ...cause });
    // Wait one microtask: a caller that closes at once (React mounts twice in development) opens no connection.
    await undefined;
    if (signal.aborted) return;
    const rejectedToken = this.#rejectedToken;
    try {
      connection.token = await (rejectedToken === undefined
        ? tokens.tokenForSocket(signal)
        : tokens.refresh(rejectedToken, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (isPermanentError(error)) this.close({ error });
      else this.#reconnectLater({ error }, (error as HandshakeError).retryAfterMs);
      return;
    }
    if (signal.aborted) return;
    this.#rejectedToken = undefined;
    connection.tokenIsFresh =
      rejectedToken !== undefined && connection.token !== tokens.tokenFromStore;
    if (connection.tokenIsFresh) this.#refreshes += 1;
    if (now() - this.#unreachableAt < MAX_PROBING_MS && !(await this.#isReachable(connection)))
      return;
    try {
      this.#open(
        connection,
        () => {
          connection.acceptedAt = now();
          this.#transition({ state: 'open' });
        },
        (closeCause) => void this.#onConnectionLost(connection, closeCause),
      );
    } catch {
      // No `cause`: the runtime's message contains the URL, and the URL contains the token.
      this.close({
        error: new ConnectionError('The WebSocket could not be created for this URL.'),
      });
    }
  }

  /** @throws what the WebSocket class throws */
  #open(
    connection: Connection,
    onAccepted: () => void,
    onLost: (closeCause: CloseCause) => void,
  ): void {
    const { openWebSocket, url } = this.#dependencies;
    const { stream, connectTimeoutMs } = this.#settings;
    const query = `?token=${encodeURIComponent(connection.token)}${stream ? '&stream=1' : ''}`;
    connection.open(openWebSocket, url + query, connectTimeoutMs, {
      onOpen: () => this.#onOpen(connection, onAccepted),
      onLost,
    });
  }

  /**
   * After a failed attempt, a request finds out whether the backend responds again. Firefox delays WebSockets to a host,
   * up to a minute, after several of them have failed; requests are not delayed and do not count.
   */
  async #isReachable({ signal, token }: Connection): Promise<boolean> {
    const { checkToken, now } = this.#dependencies;
    const { backoff, connectTimeoutMs } = this.#settings;
    try {
      await checkToken(signal, connectTimeoutMs);
      this.#acceptedToken = { token, untilMs: now() + backoff.maxDelayMs };
    } catch (error) {
      // Any response will do: the WebSocket finds out the rest.
      if (!signal.aborted && !hasResponse(error)) {
        this.#reconnectLater({ error });
        return false;
      }
    }
    return !signal.aborted;
  }

  async #onConnectionLost(connection: Connection, closeCause: CloseCause): Promise<void> {
    const { now, checkToken, secrets, tokens } = this.#dependencies;
    const { backoff, closePolicy, connectTimeoutMs } = this.#settings;
    const { code } = closeCause;
    const { opened, token } = connection;
    const { signal } = this.#replaceConnection();
    const reason =
      secrets.redact(closeCause.reason ?? '') ||
      (code === TOO_MANY_CONNECTIONS ? 'Too many tabs or devices are connected.' : '');
    let cause: SocketStateCause = { ...closeCause, reason };
    let minDelayMs = 0;
    let action = closeAction(code, closePolicy);
    if (opened) this.#acceptedToken = undefined;
    const tokenWasAccepted =
      this.#acceptedToken?.token === token && now() < this.#acceptedToken.untilMs;
    // A timeout does not mean a rejected token, and a request over the same dead network would time out too.
    const timedOut = cause.error instanceof TimeoutError;
    if (timedOut && !opened) this.#unreachableAt = now();
    // A short-lived token may expire, or another call may replace it, while it is in use. That is not a rejection. Found
    // out before the request below, which replaces a rejected token itself.
    const isOutdated = tokens.isUsable?.(token) === false;
    if (!opened && code === ABNORMAL && !timedOut && !tokenWasAccepted) {
      // Browsers do not report why an upgrade failed. One cheap request finds out whether the token is the cause.
      try {
        await checkToken(signal, connectTimeoutMs);
        this.#acceptedToken = { token, untilMs: now() + backoff.maxDelayMs };
      } catch (error) {
        // This error has more details than the error of the WebSocket.
        cause = { ...cause, error };
        const { status, retryAfterMs = 0 } = Object(error) as HandshakeError;
        if (!hasResponse(error)) this.#unreachableAt = now();
        if (status === 401) action = 'refresh';
        minDelayMs = retryAfterMs;
      }
      if (signal.aborted) return;
    }
    if (action === 'final' || (action === 'refresh' && connection.tokenIsFresh && !isOutdated)) {
      const details = cause.reason ? `: ${cause.reason.replace(/\.$/, '')}` : '';
      const message = `The backend closed the socket permanently with ${code}${details}.`;
      this.close({ error: new SocketClosedError(message, code, cause.reason), ...cause });
    } else if (action === 'refresh') {
      this.#rejectedToken = token;
      // Without a delay, a backend that accepts each new token and then rejects it would cause an endless login loop.
      const expiredInUse = isOutdated && now() - this.#lastAttemptAt >= backoff.minDelayMs;
      if (this.#refreshes > 0 && !expiredInUse) this.#reconnectLater(cause);
      else void this.#connect(cause);
    } else this.#reconnectLater(cause, action === 'slow' ? backoff.maxDelayMs : minDelayMs);
  }

  #reconnectLater(cause: SocketStateCause, minDelayMs = 0): void {
    const { backoff } = this.#settings;
    const backoffDelayMs = backoffMs(this.#failures + 2, backoff, this.#dependencies.random);
    // The requested delay is a minimum and jitter only extends it; otherwise all rejected clients return together.
    const retryInMs = Math.round(Math.max(minDelayMs - backoff.minDelayMs, 0) + backoffDelayMs);
    this.#failures += 1;
    this.#serverRequestedDelay = minDelayMs > 0;
    this.#connection.setTimer(retryInMs, () => void this.#connect());
    this.#transition({ state: 'waiting', ...cause, retryInMs });
  }

  /** Reconnects or checks the connection at once, but not more often than every `minDelayMs`, in case the network flaps. */
  #onOnlineOrVisible(isOnline: boolean): void {
    const { opened } = this.#connection;
    const isOpen = this.#state === 'open';
    // An attempt that started without a network may wait for its timeout.
    const isStuck = this.#state === 'connecting' && isOnline && !opened;
    if (!isOpen && !isStuck && (this.#state !== 'waiting' || this.#serverRequestedDelay)) return;
    const lastAt = isOpen ? this.#lastCheckAt : this.#lastAttemptAt;
    const earliestAt = lastAt + this.#settings.backoff.minDelayMs;
    const remainingMs = Math.max(0, earliestAt - this.#dependencies.now());
    if (isOpen) this.#check(remainingMs);
    else this.#connection.setTimer(remainingMs, () => void this.#connect());
  }

  /**
   * After `delayMs`, checks whether the open connection is alive: a network change kills it without an event. Any
   * frame proves that it is. Otherwise a second connection replaces it, as soon as the backend has accepted that one:
   * a live connection is never closed before.
   */
  #check(delayMs: number, checksLeft = MAX_CHECKS): void {
    const { now, tokens } = this.#dependencies;
    const current = this.#connection;
    const { frameCount } = current;
    const candidate = new Connection();
    this.#candidate?.close();
    this.#candidate = candidate;
    const retry = () => {
      candidate.close();
      if (this.#candidate === candidate && checksLeft > 0 && current.frameCount === frameCount)
        this.#check(this.#settings.backoff.maxDelayMs, checksLeft - 1);
    };
    const isNeeded = () => current === this.#connection && current.frameCount === frameCount;
    candidate.beforeAccept = () => {
      if (!isNeeded()) return candidate.close();
      this.#connection = candidate;
      this.#candidate = undefined;
      candidate.acceptedAt = current.acceptedAt;
      current.close();
    };
    const open = async () => {
      this.#lastCheckAt = now();
      try {
        candidate.token = await tokens.tokenForSocket(candidate.signal);
        if (candidate.signal.aborted || !isNeeded()) return candidate.close();
        this.#open(
          candidate,
          () => {},
          (closeCause) =>
            this.#connection === candidate
              ? void this.#onConnectionLost(candidate, closeCause)
              : retry(),
        );
      } catch {
        retry();
      }
    };
    // A message whose outcome would be unknown may be acknowledged soon, if the connection is alive.
    const waitMs = current.hasUnconfirmed() ? this.#settings.connectTimeoutMs : 0;
    candidate.setTimer(Math.max(delayMs, waitMs), () => void open());
  }

  /** Closes the current connection and returns a new one. */
  #replaceConnection(): Connection {
    const connection = this.#connection;
    if (this.#dependencies.now() - connection.acceptedAt >= this.#settings.backoff.minUptimeMs) {
      this.#failures = 0;
      this.#refreshes = 0;
      connection.tokenIsFresh = false;
    }
    connection.close();
    this.#candidate?.close();
    this.#connection = new Connection();
    return this.#connection;
  }

  /** Callers do this last: a listener may close the socket or reconnect. */
  #transition(change: SocketStateChange): void {
    const { state } = change;
    const skipsConnecting = this.#state === 'waiting' && state === 'open';
    // A closed socket stays closed.
    if (this.#state === 'closed' || this.#state === state || skipsConnecting) return;
    this.#state = state;
    this.#dependencies.logger.debug(`The socket is ${state}.`, { ...change });
    this.#onStateChange(change);
  }
}
