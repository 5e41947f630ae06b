import { AbortError } from '../errors/abort-error.js';
import { ConnectionError } from '../errors/connection-error.js';
import { SocketClosedError } from '../errors/socket-closed-error.js';
import { TimeoutError } from '../errors/timeout-error.js';
import { backoffMs } from './backoff.js';
import { ABNORMAL, closeAction, NORMAL } from './close-policy.js';
import type { SocketDependencies } from './dependencies.js';
import type { StateChange } from './events.js';
import { isLastingFailure } from './lasting-failure.js';
import { type Ending, Line, type Why } from './line.js';
import { listen } from './listen.js';
import type { SocketSettings } from './options.js';
import type { Session } from './session.js';
import { type SocketState, transitions } from './state-table.js';
import { onWakeUp } from './wake-up.js';

interface Refusal {
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/**
 * Keeps one line up: token, dial, and what follows when it fails. Every reconnect goes through
 * {@link Link.#dial}. Each dial has a line of its own; what comes next ends it, and whatever answers to
 * one that is over is not heard.
 */
export class Link {
  readonly #dependencies: SocketDependencies;
  readonly #settings: SocketSettings;
  readonly #session: Session;
  readonly #changed: (change: StateChange) => void;
  readonly #stops: readonly (() => void)[];
  #state: SocketState = 'connecting';
  #line = new Line();
  #dialledAt = 0;
  /** Failures since a connection last lived for `minUptimeMs`. */
  #failures = 0;
  /** Refreshes since then. */
  #refreshes = 0;
  /** A wait that was asked for by the server, which no event of ours cuts short. */
  #patient = false;
  /** The token that the backend refused: to be refreshed before the next dial. */
  #refused: string | undefined;
  /**
   * A token that the backend took over HTTP: a dial that fails with it fails for another reason. Not
   * for ever: the backend may end it at any time, and a refused dial would not tell.
   */
  #proven: { readonly token: string; readonly untilMs: number } | undefined;

  constructor(
    dependencies: SocketDependencies,
    settings: SocketSettings,
    session: Session,
    changed: (change: StateChange) => void,
  ) {
    this.#dependencies = dependencies;
    this.#settings = settings;
    this.#session = session;
    this.#changed = changed;
    const { signal } = settings;
    const aborted = () =>
      this.close({ error: new AbortError('The socket', { cause: signal?.reason }) });
    this.#stops = [...onWakeUp(() => this.#wake()), listen(signal, 'abort', aborted)];
    if (signal?.aborted) aborted();
    else void this.#dial();
  }

  get state(): SocketState {
    return this.#state;
  }

  reconnect(): void {
    if (this.#state !== 'closed') void this.#dial();
  }

  close(why: Why = { code: NORMAL, reason: '' }): void {
    if (this.#state === 'closed') return;
    this.#next();
    for (const stop of this.#stops) stop();
    this.#change({ state: 'closed', ...why });
  }

  async #dial(why: Why = {}): Promise<void> {
    const { now, openWebSocket, tokens, url } = this.#dependencies;
    const { stream, connectTimeoutMs } = this.#settings;
    const line = this.#next();
    const { signal } = line;
    this.#dialledAt = now();
    this.#change({ state: 'connecting', ...why });
    // A moment later, so that whoever closes at once (a component that mounts twice) has dialled nothing.
    await undefined;
    if (signal.aborted) return;
    const refused = this.#refused;
    try {
      line.token = await (refused === undefined
        ? tokens.token(signal)
        : tokens.refresh(refused, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (isLastingFailure(error)) this.close({ error });
      else this.#wait({ error }, (error as Refusal).retryAfterMs);
      return;
    }
    if (signal.aborted) return;
    this.#refused = undefined;
    line.onTrial = refused !== undefined && line.token !== tokens.fromStore;
    if (line.onTrial) this.#refreshes += 1;
    const letIn = () => {
      line.usedSince = now();
      this.#change({ state: 'open' });
    };
    try {
      const query = `?token=${encodeURIComponent(line.token)}${stream ? '&stream=1' : ''}`;
      line.dial(openWebSocket, url + query, connectTimeoutMs, {
        opened: () => this.#session(line, letIn),
        broke: (ending) => void this.#broke(line, ending),
      });
    } catch {
      // No cause: what the runtime says holds the URL, and the URL holds the token.
      this.close({ error: new ConnectionError('No WebSocket could be made for the URL.') });
    }
  }

  async #broke(line: Line, ending: Ending): Promise<void> {
    const { now, probe, redact } = this.#dependencies;
    const { backoff, closePolicy, connectTimeoutMs } = this.#settings;
    const { code } = ending;
    const { opened, token } = line;
    const { signal } = this.#next();
    let why: Why = { ...ending, reason: redact(ending.reason ?? '') };
    let leastMs = 0;
    let action = closeAction(code, closePolicy);
    if (opened) this.#proven = undefined;
    const isProven = this.#proven?.token === token && now() < this.#proven.untilMs;
    // Silence is no refusal, and a probe over the same dead line would only be silence again.
    const isSilence = why.error instanceof TimeoutError;
    if (!opened && code === ABNORMAL && !isSilence && !isProven) {
      // Browsers tell nothing of a refused upgrade: one cheap request says whether it was the token.
      try {
        await probe(signal, connectTimeoutMs);
        this.#proven = { token, untilMs: now() + backoff.maxMs };
      } catch (error) {
        // It tells more than a runtime does of a WebSocket.
        why = { ...why, error };
        const { status, retryAfterMs = 0 } = Object(error) as Refusal;
        if (status === 401) action = 'refresh';
        leastMs = retryAfterMs;
      }
      if (signal.aborted) return;
    }
    if (action === 'final' || (action === 'refresh' && line.onTrial)) {
      const told = why.reason ? `: ${why.reason.replace(/\.$/, '')}` : '';
      const sentence = `The backend closed the socket for good with ${code}${told}.`;
      this.close({ error: new SocketClosedError(sentence, code, why.reason), ...why });
    } else if (action === 'refresh') {
      this.#refused = token;
      // A backend that takes each new token and then refuses it would have us log in without end.
      if (this.#refreshes > 0) this.#wait(why);
      else void this.#dial(why);
    } else this.#wait(why, action === 'slow' ? backoff.maxMs : leastMs);
  }

  #wait(why: Why, leastMs = 0): void {
    const { backoff } = this.#settings;
    const backingOffMs = backoffMs(this.#failures, backoff, this.#dependencies.random);
    // What was asked for is a floor: jitter only lengthens it, or all who were refused together would come back so.
    const retryInMs = Math.round(Math.max(leastMs - backoff.minMs, 0) + backingOffMs);
    this.#failures += 1;
    this.#patient = leastMs > 0;
    this.#line.after(retryInMs, () => void this.#dial());
    this.#change({ state: 'waiting', ...why, retryInMs });
  }

  /** The network or the page came back: no sense in waiting longer, unless it flaps. */
  #wake(): void {
    if (this.#state !== 'waiting' || this.#patient) return;
    const nextAt = this.#dialledAt + this.#settings.backoff.minMs;
    const leftMs = Math.max(0, nextAt - this.#dependencies.now());
    this.#line.after(leftMs, () => void this.#dial());
  }

  /** Ends what is under way, and gives the line for what comes next. */
  #next(): Line {
    const line = this.#line;
    if (this.#dependencies.now() - line.usedSince >= this.#settings.backoff.minUptimeMs) {
      this.#failures = 0;
      this.#refreshes = 0;
      line.onTrial = false;
    }
    line.end();
    this.#line = new Line();
    return this.#line;
  }

  /** Tells of a move, where it is one; last of all, because a listener may close or reconnect. */
  #change(change: StateChange): void {
    if (!transitions[this.#state].includes(change.state)) return;
    this.#state = change.state;
    this.#dependencies.logger.debug(`The socket is ${change.state}.`, { ...change });
    this.#changed(change);
  }
}
