import { pause } from '../pause.js';
import type { Message } from '../types/models.js';
import { backoffMs } from './backoff.js';
import type { SocketDependencies } from './dependencies.js';
import type { Recovered, SocketEvent } from './events.js';
import { HistoryWalk } from './history-walk.js';
import { isLastingFailure } from './lasting-failure.js';
import { sameWords } from './same-message.js';
import { Timeline } from './timeline.js';

const TRIES = 5;
const RETRY = { minMs: 250, maxMs: 10_000 };

interface Gap {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly complete: boolean;
}

const unknownGap: Gap = { messages: [], complete: false };

export interface FeedHandlers {
  show(event: SocketEvent): void;
  /** What is shown next does not follow what was shown last. `ofThisLine`: also of this line messages are missing. */
  missed(ofThisLine: boolean): void;
  recovered(result: Recovered): void;
}

/**
 * What is shown, line after line: each message once and in order. The gap between two lines is filled
 * from history; what the new one brings is held back meanwhile.
 */
export class Feed {
  readonly #dependencies: SocketDependencies;
  /** 0 when gaps are not to be filled. */
  readonly #maxMessages: number;
  readonly #handlers: FeedHandlers;
  readonly #timeline = new Timeline();
  #wasOpen = false;
  /** What came since the history was asked for. */
  #held: SocketEvent[] | undefined;
  /** Whether messages came that it had no room for. */
  #overflowed = false;

  constructor(dependencies: SocketDependencies, maxMessages: number, handlers: FeedHandlers) {
    this.#dependencies = dependencies;
    this.#maxMessages = maxMessages;
    this.#handlers = handlers;
  }

  /**
   * The line is up, and over when `signal` aborts. `since`: when it began by the server's clock, where
   * its messages have ids; elsewhere only the history tells where the conversation stands.
   */
  async begin(signal: AbortSignal, since: string | undefined): Promise<void> {
    if (since !== undefined) this.#timeline.startAt(since);
    if (this.#maxMessages === 0) return;
    if (this.#wasOpen) return this.#fill(signal);
    this.#wasOpen = true;
    if (since === undefined) await this.#missed(signal, true);
  }

  /** A frame came. */
  take(event: SocketEvent): void {
    if (this.#held === undefined) this.#live(event);
    else if (this.#held.length < this.#maxMessages) this.#held.push(event);
    // What does not fit is in the history, which is then read once more.
    else this.#overflowed ||= event.type === 'message';
  }

  #live(event: SocketEvent): void {
    // The pieces of a reply that came out of the history meanwhile would begin it a second time.
    const isNews =
      event.type === 'message'
        ? this.#timeline.add(event.data)
        : event.data.event !== 'delta' || !this.#timeline.has(event.data.id);
    if (isNews) this.#handlers.show(event);
  }

  /** Ends with everything shown, or without a trace when `signal` aborts. */
  async #fill(signal: AbortSignal): Promise<void> {
    let held: SocketEvent[];
    let gap: Gap;
    do {
      // A message that came before the history was asked for is in it.
      held = [];
      this.#held = held;
      this.#overflowed = false;
      gap = await this.#missed(signal);
      if (signal.aborted) return;
    } while (gap.complete && this.#overflowed);
    this.#held = undefined;
    const { messages, complete } = gap;
    if (!complete) this.#handlers.missed(this.#overflowed);
    for (const data of messages) {
      this.#timeline.append(data);
      this.#handlers.show({ type: 'message', data });
    }
    if (messages.length > 0) this.#timeline.recovered(messages);
    this.#handlers.recovered({ count: messages.length, complete });
    for (const event of held) this.#live(event);
  }

  /** `atFirst`: nothing was missed, only the place is looked for where the conversation stands. */
  async #missed(signal: AbortSignal, atFirst = false): Promise<Gap> {
    const { logger, random } = this.#dependencies;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#readBack(signal, atFirst);
      } catch (error) {
        if (signal.aborted) return unknownGap;
        logger.warn('The history is out of reach.', { error });
        if (isLastingFailure(error) || attempt + 1 === TRIES) return unknownGap;
        await pause(backoffMs(attempt, RETRY, random), signal);
      }
    }
  }

  /** Reads the history back to what was shown last. */
  async #readBack(signal: AbortSignal, atFirst: boolean): Promise<Gap> {
    const timeline = this.#timeline;
    const maxMessages = this.#maxMessages;
    const walk = new HistoryWalk((query) => this.#dependencies.history(query, signal));
    for (let reads = 1; ; reads += 1) {
      const ended = await walk.back();
      if (signal.aborted) return unknownGap;
      const history = walk.messages;
      if (atFirst || !timeline.started) {
        timeline.startAfter(history, ended);
        return unknownGap;
      }
      let edge = timeline.edge(history, ended);
      // A history that grows faster than it can be read is given up.
      const far = history.length >= maxMessages || reads >= 20 + maxMessages / 10;
      if (edge === undefined && !ended && !far) continue;
      edge ??= timeline.edge(history, ended, sameWords);
      // At the end of a history that does not know what was shown, nothing tells old from new.
      const messages = history.slice(0, edge ?? (ended ? 0 : undefined)).reverse();
      const complete = edge !== undefined && messages.length <= maxMessages;
      return { messages: messages.slice(-maxMessages), complete };
    }
  }
}
