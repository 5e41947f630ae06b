import type { SocketMessage } from '../socket/events.js';
import { overlap, sameMessage } from '../socket/same-message.js';
import { Timeline } from '../socket/timeline.js';
import type { Message } from '../types/models.js';
import type { ChatMessage } from './chat-view.js';

/** So many of the newest messages are searched for one that was just stored. */
const LATELY = 200;
/** A history may be so many messages ahead of the line. */
const AHEAD = 20;

/** The stored messages: what a history holds, then what came over the line since, each once. */
export class MessageList {
  #past: readonly ChatMessage[] = [];
  #live: readonly ChatMessage[] = [];
  #timeline = new Timeline();
  #keys = 0;
  #all: readonly ChatMessage[] = [];

  /** Oldest first; the same array until it changes. */
  get all(): readonly ChatMessage[] {
    return this.#all;
  }

  /** How many came over the line, for {@link MessageList.begin}. */
  get mark(): number {
    return this.#live.length;
  }

  includes(message: Message): boolean {
    return this.#all.slice(-LATELY).some((known) => sameMessage(known, message));
  }

  /** A message that came over the line. */
  add(message: SocketMessage): void {
    if (!this.#timeline.add(message)) return;
    this.#show(this.#past, [...this.#live, this.#keyed(message)]);
  }

  /**
   * The newest part of a history, newest first, read while the line was open: it takes the place of all
   * that was shown before the line had brought `mark` messages.
   */
  begin(history: readonly Message[], mark: number): void {
    const past = history.toReversed();
    const live = this.#live.slice(mark);
    const [after, rest] = meet(past, live);
    this.#timeline = new Timeline();
    for (const message of [...past, ...rest]) this.#timeline.append(message);
    // The history may have overtaken the line, which then brings these too.
    this.#timeline.recovered(after);
    this.#show(
      past.map((message) => this.#keyed(message)),
      rest,
    );
  }

  /** Older messages, newest first. */
  prepend(older: readonly Message[]): void {
    const past = older.toReversed().map((message) => this.#keyed(message));
    this.#show([...past, ...this.#past], this.#live);
  }

  #show(past: readonly ChatMessage[], live: readonly ChatMessage[]): void {
    this.#past = past;
    this.#live = live;
    this.#all = [...past, ...live];
  }

  #keyed(message: SocketMessage): ChatMessage {
    this.#keys += 1;
    return { ...message, key: message.id ?? `message-${this.#keys}` };
  }
}

/**
 * Where a history and what the line brought meet, both oldest first: the end of the history that the
 * line has not brought yet, and the end of the line that the history does not hold.
 */
function meet(past: readonly Message[], live: readonly ChatMessage[]) {
  if (live.length === 0) return [past, live] as const;
  if (live.every(({ id }) => id !== undefined)) {
    const inPast = new Set(past.map(({ id }) => id));
    const inLive = new Set(live.map(({ id }) => id));
    const last = past.findLastIndex(({ id }) => inLive.has(id));
    return [past.slice(last + 1), live.filter(({ id }) => !inPast.has(id))] as const;
  }
  // Without ids only their order tells which is which.
  for (let ahead = 1; ahead <= Math.min(AHEAD, past.length - 1); ahead += 1) {
    const end = past.length - ahead;
    if (overlap(past.slice(0, end), live) === live.length) return [past.slice(end), []] as const;
  }
  return [[], live.slice(overlap(past, live))] as const;
}
