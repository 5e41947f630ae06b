import type { ChatClient } from '../client.js';
import { HistoryWalk } from '../socket/history-walk.js';
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
  /** Whether the newest page has to be read: the line alone leaves a gap. */
  #stale = true;

  /** `changed` is called when there is something new in `view` or in the list. */
  constructor(client: ChatClient, list: MessageList, changed: () => void) {
    this.#client = client;
    this.#list = list;
    this.#changed = changed;
  }

  get view(): ChatHistory {
    return this.#view;
  }

  /** The line opened. What was read before may end before what the line begins with. */
  lineOpened(): void {
    if (this.#stale) void this.#newest(true);
  }

  /** There is no line for now, but there may be a history to show. */
  lineFailed(): void {
    if (this.#stale && this.#walk === undefined && this.#reading === undefined) {
      void this.#newest(false);
    }
  }

  /** The line is closed for good: another one will begin anew. */
  lineClosed(): void {
    this.#stale = true;
    if (this.#reading === undefined) this.#show({ ...this.#view, isLoading: false });
  }

  /** The line came back, and messages may have been missed. */
  gap(): void {
    void this.#newest(true);
  }

  async older(): Promise<void> {
    if (this.#reading !== undefined) return;
    const walk = this.#walk;
    if (walk === undefined || this.#stale) return this.#newest(false);
    if (!this.#view.hasOlder) return;
    const known = walk.messages.length;
    await this.#read(walk, () => this.#list.prepend(walk.messages.slice(known)));
  }

  stop(): void {
    this.#reading?.abort();
  }

  /** Keeps what the line brings from now on, where it is open, and replaces the rest. */
  #newest(isOpen: boolean): Promise<void> {
    this.#stale = true;
    this.#reading?.abort();
    const mark = this.#list.mark;
    const walk = new HistoryWalk(async (query) => {
      const signal = this.#reading?.signal;
      const { messages, pagination } = await this.#client.chat.history({ ...query, signal });
      return { messages, ...pagination };
    });
    return this.#read(walk, () => {
      this.#stale = !isOpen;
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
