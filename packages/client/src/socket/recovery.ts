import type { Message } from '../types/models.js';
import { backoffMs } from './backoff.js';
import type { SocketDependencies } from './dependencies.js';
import type { Recovered, SocketEvent, SocketMessage } from './events.js';
import { HistoryWalk } from './history-walk.js';
import { isLastingFailure } from './lasting-failure.js';
import { pause } from './pause.js';
import type { Timeline } from './timeline.js';

const BASELINE_SIZE = 20;
const TRIES = 5;
const RETRY = { minMs: 250, maxMs: 10_000 };

interface Gap {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly complete: boolean;
}

export interface RecoveryHandlers {
  /** Shows a message that was missed. */
  recoveredMessage(message: SocketMessage): void;
  /** Goes on with a frame that was held back. */
  live(event: SocketEvent): void;
  /** `lostLive`: not only between the lines, also of this one messages are missing. */
  recovered(result: Recovered, lostLive: boolean): void;
}

/**
 * Fills the gap between two connections from history. Live frames are held back meanwhile, so that
 * what was missed is shown before what comes, and nothing twice.
 */
export class Recovery {
  readonly #dependencies: SocketDependencies;
  readonly #timeline: Timeline;
  readonly #maxMessages: number;
  readonly #handlers: RecoveryHandlers;
  #held: SocketEvent[] | undefined;
  /** Messages that came since the history was asked for. */
  #heldMessages = 0;

  constructor(
    dependencies: SocketDependencies,
    timeline: Timeline,
    maxMessages: number,
    handlers: RecoveryHandlers,
  ) {
    this.#dependencies = dependencies;
    this.#timeline = timeline;
    this.#maxMessages = maxMessages;
    this.#handlers = handlers;
  }

  /** True when the frame was kept for later. */
  hold(event: SocketEvent): boolean {
    if (this.#held === undefined) return false;
    if (event.type === 'message') this.#heldMessages += 1;
    // What does not fit is in the history, which is then read once more.
    if (this.#heldMessages <= this.#maxMessages) this.#held.push(event);
    return true;
  }

  /** Notes where the conversation stands, on a backend whose messages have no ids. */
  async baseline(signal: AbortSignal): Promise<void> {
    try {
      const query = { page: 1, pageSize: BASELINE_SIZE };
      const { messages } = await this.#dependencies.history(query, signal);
      if (!signal.aborted) this.#timeline.startAfter(messages, messages.length < BASELINE_SIZE);
    } catch (error) {
      if (!signal.aborted)
        this.#dependencies.logger.debug('The history is out of reach.', { error });
    }
  }

  /** Ends with everything shown, or without a trace when `signal` aborts. */
  async fill(signal: AbortSignal): Promise<void> {
    this.#held = [];
    signal.addEventListener('abort', () => {
      this.#held = undefined;
    });
    let gap: Gap;
    do {
      // A message that came before the history was asked for is in it.
      this.#held = this.#held.filter(({ type }) => type !== 'message');
      this.#heldMessages = 0;
      gap = await this.#fetch(signal);
      if (signal.aborted) return;
    } while (gap.complete && this.#heldMessages > this.#maxMessages);
    const held: SocketEvent[] = this.#held;
    this.#held = undefined;
    for (const data of gap.messages) {
      if (signal.aborted) return;
      this.#timeline.append(data);
      this.#handlers.recoveredMessage(data);
    }
    this.#timeline.recovered(gap.messages);
    if (!signal.aborted) {
      const lostLive = this.#heldMessages > this.#maxMessages;
      this.#handlers.recovered({ count: gap.messages.length, complete: gap.complete }, lostLive);
    }
    for (const event of held) {
      if (!signal.aborted) this.#handlers.live(event);
    }
  }

  async #fetch(signal: AbortSignal): Promise<Gap> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#readBack(signal);
      } catch (error) {
        if (signal.aborted) return { messages: [], complete: false };
        this.#dependencies.logger.warn('The history is out of reach.', { error });
        if (isLastingFailure(error) || attempt + 1 === TRIES)
          return { messages: [], complete: false };
        await pause(backoffMs(attempt, RETRY, this.#dependencies.random), signal);
      }
    }
  }

  /** Reads the history back to what was shown last. */
  async #readBack(signal: AbortSignal): Promise<Gap> {
    if (!this.#timeline.started) {
      await this.baseline(signal);
      return { messages: [], complete: false };
    }
    const walk = new HistoryWalk((query) => this.#dependencies.history(query, signal));
    for (let reads = 1; ; reads += 1) {
      const ended = await walk.back();
      const history = walk.messages;
      const messages = this.#timeline.gapIn(history, ended);
      if (messages !== undefined)
        return { messages: this.#newest(messages), complete: messages.length <= this.#maxMessages };
      // A history that grows faster than it can be read is given up.
      const far = history.length >= this.#maxMessages || reads >= 20 + this.#maxMessages / 10;
      if (!ended && !far) continue;
      const byWords = this.#timeline.gapByWords(history, ended);
      if (byWords !== undefined) return { messages: byWords, complete: true };
      // At the end of a history that does not know what was shown, nothing tells old from new.
      return { messages: ended ? [] : this.#newest(history.toReversed()), complete: false };
    }
  }

  #newest(messages: readonly Message[]): readonly Message[] {
    return messages.slice(-this.#maxMessages);
  }
}
