import type { SocketMessage } from '../socket/events.js';
import { overlapLength, sameMessage } from '../socket/recovery/message-identity.js';
import { Timeline } from '../socket/recovery/timeline.js';
import type { Message } from '../types/models.js';
import { type ChatMessage, initialView } from './chat-view.js';

/** How many of the newest messages are searched for one that was just stored. */
const SEARCH_WINDOW = 200;
/** How many messages a history page may contain that the socket has not delivered yet. */
const MAX_HISTORY_LEAD = 20;

/** The stored messages, each once: those of the history, then those that the socket has delivered since. */
export class MessageList {
  #older: readonly ChatMessage[] = [];
  #live: readonly ChatMessage[] = [];
  #timeline = new Timeline();
  #keys = 0;
  #all = initialView.messages;

  /** Oldest first; the same array until it changes. */
  get all(): readonly ChatMessage[] {
    return this.#all;
  }

  /** The number of messages from the socket, for {@link MessageList.replaceOlder}. */
  get liveCount(): number {
    return this.#live.length;
  }

  includes(message: Message): boolean {
    return this.#all.slice(-SEARCH_WINDOW).some((known) => sameMessage(known, message));
  }

  /** Adds a message from the socket. */
  add(message: SocketMessage): void {
    if (!this.#timeline.addLive(message)) return;
    this.#set(this.#older, [...this.#live, this.#withKey(message)]);
  }

  /**
   * Replaces all messages but those that the socket delivered after the first `liveCount` ones. `history`: the newest
   * messages, newest first, read while the socket was open.
   */
  replaceOlder(history: readonly Message[], liveCount: number): void {
    const older = [...history].reverse();
    const live = this.#live.slice(liveCount);
    const { undelivered, rest } = mergeHistoryAndLive(older, live);
    this.#timeline = new Timeline();
    for (const message of [...older, ...rest]) this.#timeline.append(message);
    // The history may be ahead of the socket, which will deliver these messages again.
    this.#timeline.expectDuplicates(undelivered);
    this.#set(
      older.map((message) => this.#withKey(message)),
      rest,
    );
  }

  /**
   * Adds the messages of the newest page (newest first) that follow the list; the socket may deliver them again. False
   * if messages before the page are missing too. `reachedEnd`: there are no older messages.
   */
  append(page: readonly Message[], reachedEnd: boolean): boolean {
    const position = this.#timeline.findPosition(page, reachedEnd);
    if (position === undefined) return false;
    const missed = page.slice(0, position).reverse();
    if (missed.length === 0) return true;
    for (const message of missed) this.#timeline.append(message);
    this.#timeline.expectDuplicates(missed);
    this.#set(this.#older, [...this.#live, ...missed.map((message) => this.#withKey(message))]);
    return true;
  }

  /** Adds older messages, newest first. */
  prepend(history: readonly Message[]): void {
    const older = [...history].reverse().map((message) => this.#withKey(message));
    this.#set([...older, ...this.#older], this.#live);
  }

  #set(older: readonly ChatMessage[], live: readonly ChatMessage[]): void {
    this.#older = older;
    this.#live = live;
    this.#all = [...older, ...live];
  }

  #withKey(message: SocketMessage): ChatMessage {
    this.#keys += 1;
    return { ...message, key: message.id ?? `message-${this.#keys}` };
  }
}

/**
 * Finds the overlap of the history and the messages from the socket, both oldest first. `undelivered`: the end of the
 * history, which the socket has not delivered yet; `rest`: the messages from the socket that the history lacks.
 */
function mergeHistoryAndLive(
  older: readonly Message[],
  live: readonly ChatMessage[],
): { undelivered: readonly Message[]; rest: readonly ChatMessage[] } {
  if (live.length === 0) return { undelivered: older, rest: live };
  if (live.every(({ id }) => id !== undefined)) {
    const olderIds = new Set(older.map(({ id }) => id));
    const liveIds = new Set(live.map(({ id }) => id));
    const last = older.map(({ id }) => liveIds.has(id)).lastIndexOf(true);
    return {
      undelivered: older.slice(last + 1),
      rest: live.filter(({ id }) => !olderIds.has(id)),
    };
  }
  // Without ids, messages are identified by their order.
  for (let lead = 1; lead <= Math.min(MAX_HISTORY_LEAD, older.length - 1); lead += 1) {
    const end = older.length - lead;
    if (overlapLength(older.slice(0, end), live) === live.length) {
      return { undelivered: older.slice(end), rest: [] };
    }
  }
  return { undelivered: [], rest: live.slice(overlapLength(older, live)) };
}
