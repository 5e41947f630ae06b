import { RecentIds } from '../recent-ids.js';
import type { Message } from '../types/models.js';
import { sameMessage } from './same-message.js';

/** Without ids this many neighbours tell one "ok" from the next. */
const TAIL = 50;

/** What was shown so far, as far as it takes to find the place in a history where it ends. */
export class Timeline {
  readonly #ids = new RecentIds();
  /** Ids of messages that were there when all began, and need not be shown. */
  #old: ReadonlySet<string | undefined> = new Set();
  /** The newest messages without ids, newest first. */
  #tail: readonly Message[] = [];
  /** Whether the tail reaches back to the first message of the history. */
  #whole = false;
  /** When all began, by the server's clock: of use until a message is shown. */
  #since = '';
  /** Whether there is no message at all to find in a history. */
  #isBlank = true;

  /**
   * What a history held that was read while the line was open, oldest first. It may have overtaken
   * frames: then the line brings its last messages too, in order and before any other.
   */
  #expected: readonly Message[] = [];
  /** Whether those are shown already. */
  #areShown = false;
  /** Where among them the next one of the line may stand: of two that are alike only those behind tell which came. */
  #places: readonly number[] = [];

  /** Whether there is anything that a gap could begin after. */
  get started(): boolean {
    return !this.#isBlank || this.#whole || this.#since !== '';
  }

  /** Everything from `since` on is to be shown; what is older was never missed. */
  startAt(since: string): void {
    if (!this.started) this.#since = since;
  }

  /** The newest page of a history without ids, newest first: what is on it was never missed. */
  startAfter(page: readonly Message[], whole: boolean): void {
    const live = this.#tail.toReversed();
    this.#old = new Set(page.map(({ id }) => id));
    this.#tail = page.filter(({ id }) => id === undefined);
    this.#whole = whole;
    this.#isBlank &&= page.length === 0;
    this.#expect(this.#tail.toReversed(), false);
    for (const message of live) this.add(message);
  }

  /** Messages out of the history that are shown now, oldest first; they may yet come over the line as well. */
  recovered(messages: readonly Message[]): void {
    this.#expect(messages, true);
  }

  /** Notes a message that is shown. */
  append(message: Message): void {
    this.#isBlank = false;
    this.#since = '';
    this.#ids.add(message.id);
    if (message.id !== undefined) return;
    this.#whole &&= this.#tail.length < TAIL;
    this.#tail = [message, ...this.#tail.slice(0, TAIL - 1)];
  }

  /** Whether the message of this id was shown. */
  has(id: string | undefined): boolean {
    return this.#ids.has(id);
  }

  /** Notes a message that came over the line. False when it was shown before. */
  add(message: Message): boolean {
    if (this.has(message.id)) return false;
    if (message.id === undefined && this.#isExpected(message)) return !this.#areShown;
    this.append(message);
    return true;
  }

  /**
   * Where in a history, newest first and as far as it was read, that begins which was shown or is older;
   * `undefined` when it does not reach back so far. `ended`: there is nothing older.
   */
  edge(history: readonly Message[], ended: boolean, same = sameMessage): number | undefined {
    const tail = this.#tail;
    // Where the page ends within the tail only the next one can tell.
    const goesOnAt = (index: number) =>
      tail.length > 0 &&
      tail.every((message, back) => {
        const other = history[index + back];
        return other === undefined ? ended : same(message, other);
      });
    const counted = history.length - tail.length;
    if (this.#whole && ended && counted >= 0 && goesOnAt(counted)) return counted;
    const edge = history.findIndex(({ id, timestamp }, index) =>
      id === undefined
        ? (ended || !this.#whole) && goesOnAt(index)
        : this.#ids.has(id) || this.#old.has(id) || timestamp < this.#since,
    );
    if (edge !== -1) return edge;
    return ended && this.#isBlank ? history.length : undefined;
  }

  #expect(messages: readonly Message[], areShown: boolean): void {
    this.#expected = messages;
    this.#areShown = areShown;
    this.#places = messages.map((_, place) => place);
  }

  #isExpected(message: Message): boolean {
    const places = this.#places.filter((place) => {
      const expected = this.#expected[place];
      return expected !== undefined && sameMessage(expected, message);
    });
    this.#places = places.map((place) => place + 1);
    return places.length > 0;
  }
}
