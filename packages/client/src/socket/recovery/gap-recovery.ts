import { isPermanentError } from '../../errors/is-permanent-error.js';
import { backoffMs } from '../../lib/backoff.js';
import { newPart } from '../../lib/new-part.js';
import { delay } from '../../lib/timers.js';
import type { Message } from '../../types/models.js';
import type { SocketDependencies } from '../dependencies.js';
import type { RecoveryResult, SocketEvent } from '../events.js';
import type { SocketDelta } from '../status-events.js';
import { HistoryPager } from './history-pager.js';
import { sameContent } from './message-identity.js';
import { Timeline } from './timeline.js';

const MAX_ATTEMPTS = 5;
const RETRY_BACKOFF = { minDelayMs: 250, maxDelayMs: 10_000 };

interface Gap {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly complete: boolean;
}

const incompleteGap: Gap = { messages: [], complete: false };

export interface GapRecoveryHandlers {
  deliver(event: SocketEvent): void;
  /** The next messages do not directly follow the last one. `includesCurrent`: some of this connection are missing too. */
  messagesMissed(includesCurrent: boolean): void;
  recovered(result: RecoveryResult): void;
}

/**
 * Delivers each message once and in order, across connections. Fills the gap between two connections from history
 * and buffers the frames of the new connection meanwhile.
 */
export class GapRecovery {
  readonly #dependencies: SocketDependencies;
  /** 0 turns recovery off. */
  readonly #maxMessages: number;
  readonly #handlers: GapRecoveryHandlers;
  readonly #timeline = new Timeline();
  #started = false;
  /** Events received since the history request was sent. */
  #buffered: SocketEvent[] | undefined;
  /** Whether the buffer was too small for a message. */
  #overflowed = false;
  /** The reply in progress, and the length of its delivered text. */
  #replyId: string | undefined;
  #replyLength = 0;
  /** The newest message from history, if it is a reply. Until its own frame, typing events may concern recovered replies. */
  #recoveredReply: Message | undefined;

  constructor(
    dependencies: SocketDependencies,
    maxMessages: number,
    handlers: GapRecoveryHandlers,
  ) {
    this.#dependencies = dependencies;
    this.#maxMessages = maxMessages;
    this.#handlers = handlers;
  }

  /**
   * A connection was accepted; it is over when `signal` aborts. `since` is its start by the server's clock, if the
   * messages have ids. Without ids, only the history shows which messages are old.
   */
  async start(signal: AbortSignal, since: string | undefined): Promise<void> {
    if (since !== undefined) this.#timeline.startAt(since);
    if (this.#maxMessages === 0) return;
    if (this.#started) return this.#fillGap(signal);
    this.#started = true;
    if (since === undefined) await this.#readMissed(signal, true);
  }

  receive(event: SocketEvent): void {
    if (this.#buffered === undefined) this.#deliverLive(event);
    else if (this.#buffered.length < this.#maxMessages) this.#buffered.push(event);
    // A message that does not fit is in the history, which is then read again.
    else this.#overflowed ||= event.type === 'message';
  }

  #deliverLive(event: SocketEvent): void {
    const { type, data } = event;
    let isNew = true;
    if (type === 'message') {
      isNew = this.#timeline.addLive(data);
      if (isNew || data.id === this.#recoveredReply?.id) this.#recoveredReply = undefined;
    } else if (data.event === 'delta') isNew = this.#isNewPart(data);
    else if (data.event === 'typing') isNew = this.#recoveredReply === undefined;
    if (isNew) this.#handlers.deliver(event);
  }

  /** Whether the delta continues its reply. Removes the part that was delivered already. */
  #isNewPart(delta: SocketDelta): boolean {
    const { id, offset, content } = delta;
    const length = id === this.#replyId ? this.#replyLength : 0;
    const part = newPart(length, offset, content);
    // Deltas of a reply that was delivered from history would start it a second time.
    if (!part || this.#timeline.has(id)) return false;
    this.#replyId = id;
    this.#replyLength = length + part.length;
    delta.content = part;
    if (offset !== undefined) delta.offset = length;
    return true;
  }

  /** Delivers everything, or nothing when `signal` aborts. */
  async #fillGap(signal: AbortSignal): Promise<void> {
    let buffered: SocketEvent[];
    let gap: Gap;
    do {
      // A message that arrived before this request is in its response.
      buffered = [];
      this.#buffered = buffered;
      this.#overflowed = false;
      gap = await this.#readMissed(signal);
      if (signal.aborted) return;
    } while (gap.complete && this.#overflowed);
    this.#buffered = undefined;
    const { messages, complete } = gap;
    if (!complete) this.#handlers.messagesMissed(this.#overflowed);
    for (const data of messages) {
      this.#timeline.append(data);
      this.#handlers.deliver({ type: 'message', data });
    }
    if (messages.length > 0) this.#timeline.expectDuplicates(messages);
    const newest = messages.at(-1);
    this.#recoveredReply = newest?.role === 'assistant' ? newest : undefined;
    this.#handlers.recovered({ count: messages.length, complete });
    for (const event of buffered) this.#deliverLive(event);
  }

  /** `initial`: nothing was missed; only find out which messages are old. */
  async #readMissed(signal: AbortSignal, initial = false): Promise<Gap> {
    const { logger, random } = this.#dependencies;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#readMissedOnce(signal, initial);
      } catch (error) {
        if (signal.aborted) return incompleteGap;
        logger.warn('The history could not be read.', { error });
        if (isPermanentError(error) || attempt + 1 === MAX_ATTEMPTS) return incompleteGap;
        await delay(backoffMs(attempt + 2, RETRY_BACKOFF, random), signal);
      }
    }
  }

  /** Reads the history backwards to the last delivered message. */
  async #readMissedOnce(signal: AbortSignal, initial: boolean): Promise<Gap> {
    const timeline = this.#timeline;
    const maxMessages = this.#maxMessages;
    const pager = new HistoryPager((query) => this.#dependencies.history(query, signal));
    for (let reads = 1; ; reads += 1) {
      const reachedEnd = await pager.nextPage();
      if (signal.aborted) return incompleteGap;
      const history = pager.messages;
      if (initial || !timeline.started) {
        timeline.startAfter(history, reachedEnd);
        return incompleteGap;
      }
      let position = timeline.findPosition(history, reachedEnd);
      // Give up on a history that grows faster than it can be read.
      const limitReached = history.length >= maxMessages || reads >= 20 + maxMessages / 10;
      if (position === undefined && !reachedEnd && !limitReached) continue;
      position ??= timeline.findPosition(history, reachedEnd, sameContent);
      // If the whole history does not contain the last delivered message, old and new cannot be distinguished.
      const messages = history.slice(0, position ?? (reachedEnd ? 0 : undefined)).reverse();
      const complete = position !== undefined && messages.length <= maxMessages;
      return { messages: messages.slice(-maxMessages), complete };
    }
  }
}
