import type { ChatClient } from '../client.js';
import { HistoryWalk } from '../socket/history-walk.js';
import type { SocketState } from '../socket/state-table.js';
import { blankView, type ChatHistory } from './chat-view.js';
import type { MessageList } from './message-list.js';

/** A page without anything new, because the history grew meanwhile, is followed by the next one at most so often. */
const PAGES = 3;

/** Reads the history into the list, from its newest page back. */
export class HistoryReader {
  readonly #client: ChatClient;
  readonly #list: MessageList;
  readonly #changed: () => void;
  #view = blankView.history;
  #walk: HistoryWalk | undefined;
  /** Of the page that is being read. */
  #reading: AbortController | undefined;
  #isOpen = false;
  /** Whether the newest page has to be read when the line opens: the line alone would leave a gap. */
  #stale = true;
  /** Whether what is read next is the newest page once more. */
  #newestFailed = false;

  /** `changed` is called when there is something new in `view` or in the list. */
  constructor(client: ChatClient, list: MessageList, changed: () => void) {
    this.#client = client;
    this.#list = list;
    this.#changed = changed;
  }

  get view(): ChatHistory {
    return this.#view;
  }

  /** The line moved on. What was read before it opened may end before what it begins with. */
  lineMoved(state: SocketState): void {
    this.#isOpen = state === 'open';
    const isUnread = this.#walk === undefined && this.#reading === undefined;
    if (state === 'closed') {
      this.#stale = true;
      if (this.#reading === undefined) this.#show({ ...this.#view, isLoading: false });
    } else if (this.#isOpen ? this.#stale : state === 'waiting' && isUnread) {
      void this.#newest();
    }
  }

  /** The line came back, and messages may have been missed. */
  gap(): void {
    void this.#newest();
  }

  async older(): Promise<void> {
    if (this.#reading !== undefined) return;
    const walk = this.#walk;
    if (walk === undefined || this.#newestFailed) return this.#newest();
    if (!this.#view.hasOlder) return;
    const known = walk.messages.length;
    await this.#read(walk, () => this.#list.prepend(walk.messages.slice(known)));
  }

  stop(): void {
    this.#reading?.abort();
  }

  /** Keeps what the line brings from now on, and replaces the rest. */
  async #newest(): Promise<void> {
    this.#stale = true;
    this.#newestFailed = true;
    this.#reading?.abort();
    const wasOpen = this.#isOpen;
    const mark = this.#list.mark;
    const walk = new HistoryWalk((query) =>
      this.#client.chat.history({ ...query, signal: this.#reading?.signal }),
    );
    await this.#read(walk, () => {
      this.#stale = !wasOpen;
      this.#newestFailed = false;
      this.#walk = walk;
      this.#list.begin(walk.messages, mark);
    });
  }

  async #read(walk: HistoryWalk, take: () => void): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    const { hasOlder } = this.#view;
    this.#show({ hasOlder, isLoading: true });
    const known = walk.messages.length;
    try {
      let ended = false;
      for (let page = 0; page < PAGES && !ended && walk.messages.length === known; page += 1) {
        ended = await walk.back();
      }
      if (reading.signal.aborted) return;
      this.#reading = undefined;
      take();
      this.#show({ hasOlder: !ended, isLoading: false });
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#reading = undefined;
      this.#show({ hasOlder: true, isLoading: false, error });
    }
  }

  #show(view: ChatHistory): void {
    this.#view = view;
    this.#changed();
  }
}
