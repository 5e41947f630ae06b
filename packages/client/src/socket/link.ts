import { closeCodes } from '@chat/contract';
import { ConnectionError } from '../errors/connection-error.js';
import { SocketClosedError } from '../errors/socket-closed-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { backoffMs } from './backoff.js';
import { closeAction } from './close-policy.js';
import { Connection, type Ending } from './connection.js';
import type { SocketDependencies } from './dependencies.js';
import type { StateChange } from './events.js';
import { isLastingFailure } from './lasting-failure.js';
import { later } from './later.js';
import type { SocketSettings } from './options.js';
import { RawLine } from './raw-line.js';
import { type SocketState, transitions } from './state-table.js';
import { onWakeUp } from './wake-up.js';

export interface LinkHandlers {
  /** A WebSocket opened. `signal` aborts when it is over. */
  opened(connection: Connection, signal: AbortSignal): void;
  received(text: string): void;
  /** A WebSocket that had opened is over. */
  broke(): void;
  changed(change: StateChange): void;
}

type Why = Omit<StateChange, 'state' | 'retryInMs'>;

/**
 * Keeps one line up: token, dial, and what follows when it fails. Every reconnect goes through
 * {@link Link.#dial}. Each dial has an AbortSignal of its own; the next dial and `close()` abort it, and
 * whatever answers to an aborted one is not heard.
 */
export class Link {
  readonly #dependencies: SocketDependencies;
  readonly #settings: SocketSettings;
  readonly #handlers: LinkHandlers;
  readonly #stopListening: () => void;
  #state: SocketState = 'connecting';
  #abort = new AbortController();
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dialledAt = 0;
  #openSince: number | undefined;
  /** Failures since a connection last lived for `minUptimeMs`. */
  #failures = 0;
  /** Refreshes since then. */
  #refreshes = 0;
  /** A wait that was asked for by the server, which no event of ours cuts short. */
  #patient = false;
  /** The token that the backend refused: to be refreshed before the next dial. */
  #refused: string | undefined;
  /** The token in use answers a refusal and is being tried: one more refusal now is the end. */
  #onTrial = false;
  /**
   * A token that the backend took over HTTP: a dial that fails with it fails for another reason. Not
   * for ever: the backend may end it at any time, and a refused dial would not tell.
   */
  #proven: { readonly token: string; readonly untilMs: number } | undefined;

  constructor(dependencies: SocketDependencies, settings: SocketSettings, handlers: LinkHandlers) {
    this.#dependencies = dependencies;
    this.#settings = settings;
    this.#handlers = handlers;
    this.#stopListening = onWakeUp(() => this.#wake());
    const { signal } = this.#abort;
    // Later, so that whoever closes at once (a component that mounts twice) has dialled nothing.
    queueMicrotask(() => {
      if (!signal.aborted) void this.#dial();
    });
  }

  get state(): SocketState {
    return this.#state;
  }

  /** The backend let us in: the line may be used. */
  confirm(): void {
    this.#openSince = this.#dependencies.now();
    this.#change({ state: 'open' });
  }

  /** The backend acted on our token: it is good. */
  trust(): void {
    this.#onTrial = false;
  }

  /** Ends the line as if it had failed. */
  cut(error: Error): void {
    this.#connection?.cut(error);
  }

  reconnect(): void {
    if (this.#state !== 'closed') void this.#dial();
  }

  close(why: Why = { code: closeCodes.normal, reason: '' }): void {
    if (this.#state === 'closed') return;
    this.#letGo();
    this.#stopListening();
    this.#change({ state: 'closed', ...why });
  }

  async #dial(why: Why = {}): Promise<void> {
    const signal = this.#letGo();
    this.#dialledAt = this.#dependencies.now();
    this.#change({ state: 'connecting', ...why });
    if (signal.aborted) return;
    const token = await this.#token(signal);
    if (token === undefined || signal.aborted) return;
    const handlers = {
      opened: () => this.#handlers.opened(connection, signal),
      received: this.#handlers.received,
      ended: (ending: Ending) => void this.#ended(ending, token, signal),
    };
    let connection: Connection;
    let line: RawLine | undefined;
    try {
      const { url } = this.#dependencies;
      const WebSocketClass = this.#dependencies.webSocketClass();
      const query = `?token=${encodeURIComponent(token)}${this.#settings.stream ? '&stream=1' : ''}`;
      line = new RawLine(url + query);
      const socket = new WebSocketClass(url + query);
      connection = new Connection(socket, line, this.#settings.connectTimeoutMs, handlers);
    } catch {
      line?.stop();
      // No cause: what the runtime says holds the URL, and the URL holds the token.
      this.close({ error: new ConnectionError('No WebSocket could be made for the URL.') });
      return;
    }
    this.#connection = connection;
  }

  async #token(signal: AbortSignal): Promise<string | undefined> {
    const { tokens } = this.#dependencies;
    const refused = this.#refused;
    try {
      if (refused === undefined) return await tokens.token(signal);
      const token = await tokens.refresh(refused, signal);
      if (!signal.aborted) {
        this.#refused = undefined;
        this.#onTrial = true;
      }
      return token;
    } catch (error) {
      if (signal.aborted) return undefined;
      if (isLastingFailure(error)) this.close({ error });
      else this.#wait({ error }, (error as { retryAfterMs?: number }).retryAfterMs);
      return undefined;
    }
  }

  async #ended({ code, reason, error }: Ending, token: string, signal: AbortSignal): Promise<void> {
    const why: Why = error === undefined ? { code, reason } : { code, reason, error };
    const opened = this.#connection?.opened === true;
    this.#lineOver();
    if (signal.aborted) return;
    // Silence is no refusal, and a probe over the same dead line would only be silence again.
    const refused = !opened && code === closeCodes.abnormal && !(error instanceof TimeoutError);
    if (refused && !this.#isProven(token)) return this.#tellApart(why, token, signal);
    switch (closeAction(code, this.#settings.closePolicy)) {
      case 'final':
        return this.close({ ...why, error: closedError(code, reason) });
      case 'refresh':
        return this.#refuse(why, token);
      case 'slow':
        return this.#wait(why, this.#settings.backoff.maxMs * (1 + this.#dependencies.random()));
      default:
        return this.#wait(why);
    }
  }

  /** Browsers tell nothing of a refused upgrade: one cheap request says whether it was the token. */
  async #tellApart(why: Why, token: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#dependencies.probe(signal, this.#settings.connectTimeoutMs);
      this.#proven = {
        token,
        untilMs: this.#dependencies.now() + this.#settings.backoff.maxMs,
      };
    } catch (error) {
      if (signal.aborted) return;
      if ((error as { status?: number } | undefined)?.status === 401) {
        return this.#refuse({ ...why, error }, token);
      }
    }
    if (!signal.aborted) this.#wait(why);
  }

  #isProven(token: string): boolean {
    const proven = this.#proven;
    return proven?.token === token && this.#dependencies.now() < proven.untilMs;
  }

  #refuse(why: Why, token: string): void {
    if (this.#onTrial) {
      const { code = closeCodes.unauthorized, reason = '', error } = why;
      this.close({ ...why, error: error ?? closedError(code, reason) });
      return;
    }
    this.#refused = token;
    this.#refreshes += 1;
    // A backend that takes each new token and then refuses it would have us log in without end.
    if (this.#refreshes > 1) this.#wait(why);
    else void this.#dial(why);
  }

  #wait(why: Why, leastMs = 0): void {
    const backoff = backoffMs(this.#failures, this.#settings.backoff, this.#dependencies.random);
    const retryInMs = Math.round(Math.max(leastMs, backoff));
    this.#failures += 1;
    this.#onTrial = false;
    this.#patient = leastMs > 0;
    clearTimeout(this.#timer);
    this.#timer = later(() => void this.#dial(), retryInMs);
    this.#change({ state: 'waiting', ...why, retryInMs });
  }

  /** The network or the page came back: no sense in waiting longer, unless it flaps. */
  #wake(): void {
    if (this.#state !== 'waiting' || this.#patient) return;
    const next = this.#dialledAt + this.#settings.backoff.minMs - this.#dependencies.now();
    clearTimeout(this.#timer);
    this.#timer = later(() => void this.#dial(), Math.max(0, next));
  }

  /** Ends what is under way, and gives the signal of what comes next. */
  #letGo(): AbortSignal {
    this.#abort.abort();
    this.#abort = new AbortController();
    clearTimeout(this.#timer);
    this.#connection?.end();
    this.#lineOver();
    return this.#abort.signal;
  }

  #lineOver(): void {
    const { backoff } = this.#settings;
    const now = this.#dependencies.now();
    if (this.#openSince !== undefined && now - this.#openSince >= backoff.minUptimeMs) {
      this.#failures = 0;
      this.#refreshes = 0;
      this.#onTrial = false;
    }
    this.#openSince = undefined;
    const opened = this.#connection?.opened === true;
    this.#connection = undefined;
    if (opened) this.#proven = undefined;
    if (opened) this.#handlers.broke();
  }

  /** Tells of a move, where it is one; last of all, because a listener may close or reconnect. */
  #change(change: StateChange): void {
    if (!transitions[this.#state].includes(change.state)) return;
    this.#state = change.state;
    this.#dependencies.logger.debug(`The socket is ${change.state}.`, { ...change });
    this.#handlers.changed(change);
  }
}

function closedError(code: number, reason: string): SocketClosedError {
  return new SocketClosedError(
    `The backend closed the socket for good with ${code}${reason === '' ? '' : `: ${reason}`}.`,
    code,
    reason,
  );
}
