import type { Message } from '../types/models.js';
import { RecentIds } from './recent-ids.js';
import { sameMessage } from './same-message.js';

/** Without ids this many neighbours tell one "ok" from the next. */
const TAIL = 50;

type Same = (a: Message, b: Message) => boolean;

/** Some backends stamp the frame and the stored message apart. */
const sameWords: Same = (a, b) => a.role === b.role && a.content === b.content;

/** What was shown so far, as far as it takes to find the place in a history where it ends. */
export class Timeline {
  readonly #ids = new RecentIds();
  /** Ids of messages that were there when all began, and need not be shown. */
  #old: ReadonlySet<string> = new Set();
  /** The newest messages without ids, oldest first. */
  #tail: Message[] = [];
  /** Whether the tail reaches back to the first message of the history. */
  #whole = false;
  /** When all began, by the server's clock: of use while no message was shown. */
  #since: string | undefined;

  /**
   * What a history held that was read while the line was open. It may have overtaken frames: then the
   * line brings its last messages too, in order and before any other.
   */
  #expected: { readonly messages: readonly Message[]; readonly shown: boolean; begun?: boolean } = {
    messages: [],
    shown: false,
  };

  /** Whether there is anything that a gap could begin after. */
  get started(): boolean {
    return !this.#isBlank || this.#whole || this.#since !== undefined;
  }

  /** Everything from `since` on is to be shown; what is older was never missed. */
  startAt(since: string): void {
    if (!this.started) this.#since = since;
  }

  /** The newest page of a history without ids, newest first: what is on it was never missed. */
  startAfter(page: readonly Message[], whole: boolean): void {
    const known = page.toReversed();
    const live = this.#tail;
    this.#old = new Set(known.flatMap(({ id }) => id ?? []));
    this.#tail = known.filter(({ id }) => id === undefined);
    this.#whole = whole;
    this.#expected = { messages: this.#tail, shown: false };
    for (const message of live) this.add(message);
    this.#trim();
  }

  /** Messages out of the history that are shown now, and may yet come over the line as well. */
  recovered(messages: readonly Message[]): void {
    this.#expected = { messages, shown: true };
  }

  /** Notes a message out of the history that is shown. */
  append(message: Message): void {
    if (message.id === undefined) this.#tail.push(message);
    else this.#ids.add(message.id);
    this.#trim();
  }

  /** Whether the message of this id was shown. */
  has(id: string | undefined): boolean {
    return id !== undefined && this.#ids.has(id);
  }

  /** Notes a message that came over the line. False when it was shown before. */
  add(message: Message): boolean {
    if (message.id !== undefined) {
      if (this.#ids.has(message.id)) return false;
    } else if (this.#isExpected(message)) {
      return !this.#expected.shown;
    }
    this.append(message);
    return true;
  }

  /**
   * What is in a history and was not shown, oldest first; `undefined` when the history, newest first
   * and as far as it was read, does not reach back to what was. `ended`: there is nothing older.
   */
  gapIn(history: readonly Message[], ended: boolean): Message[] | undefined {
    const edge = this.#edge(history, ended, sameMessage);
    return edge === undefined ? undefined : history.slice(0, edge).reverse();
  }

  /** The same with a history whose timestamps are not those of the frames. */
  gapByWords(history: readonly Message[], ended: boolean): Message[] | undefined {
    const edge = this.#edge(history, ended, sameWords);
    return edge === undefined ? undefined : history.slice(0, edge).reverse();
  }

  get #isBlank(): boolean {
    return this.#ids.isEmpty && this.#old.size + this.#tail.length === 0;
  }

  #isExpected(message: Message): boolean {
    const { messages, shown, begun = false } = this.#expected;
    const place = messages.findIndex((expected) => sameMessage(expected, message));
    const fits = begun ? place === 0 : place !== -1;
    this.#expected = { messages: fits ? messages.slice(place + 1) : [], shown, begun: true };
    return fits;
  }

  #edge(history: readonly Message[], ended: boolean, same: Same): number | undefined {
    const counted = history.length - this.#tail.length;
    if (this.#whole && ended && counted >= 0 && this.#tailFits(history, counted, true, same)) {
      return counted;
    }
    const edge = history.findIndex((message, index) =>
      this.#shown(message, index, history, ended, same),
    );
    if (edge !== -1) return edge;
    return ended && this.#isBlank && this.started ? history.length : undefined;
  }

  #shown(
    message: Message,
    index: number,
    history: readonly Message[],
    ended: boolean,
    same: Same,
  ): boolean {
    if (message.id === undefined) {
      return !(this.#whole && !ended) && this.#tailFits(history, index, ended, same);
    }
    if (this.#ids.has(message.id) || this.#old.has(message.id)) return true;
    return this.#ids.isEmpty && this.#since !== undefined && message.timestamp < this.#since;
  }

  /** Whether the tail, read backwards, goes on from `index`. */
  #tailFits(history: readonly Message[], index: number, ended: boolean, same: Same): boolean {
    const length = Math.min(this.#tail.length, history.length - index);
    // The page ends within the tail: only the next one can tell.
    if (length === 0 || (length < this.#tail.length && !ended)) return false;
    for (let back = 0; back < length; back += 1) {
      if (!same(this.#tail.at(-1 - back)!, history[index + back]!)) return false;
    }
    return true;
  }

  #trim(): void {
    if (this.#tail.length > TAIL) {
      this.#tail = this.#tail.slice(-TAIL);
      this.#whole = false;
    }
  }
}

/** How many messages at the end of `known` are those at the beginning of `more`. */
export function overlap(known: readonly Message[], more: readonly Message[]): number {
  let length = Math.min(known.length, more.length);
  while (length > 0 && !fits(known, more, length)) length -= 1;
  return length;
}

function fits(known: readonly Message[], more: readonly Message[], length: number): boolean {
  const from = known.length - length;
  for (let index = 0; index < length; index += 1) {
    if (!sameMessage(known[from + index]!, more[index]!)) return false;
  }
  return true;
}
