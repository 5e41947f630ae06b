import type { ChatClient } from '../client.js';
import { HistoryPager } from '../socket/recovery/history-pager.js';
import type { SocketState } from '../socket/state-change.js';
import { type ChatHistory, initialView } from './chat-view.js';
import type { MessageList } from './message-list.js';

/** While the history grows, a page may contain nothing new; then the next one is read, up to this many. */
const MAX_PAGES = 3;

/** Reads the history into the list, from the newest page backwards. */
export class HistoryReader {
  readonly #client: ChatClient;
  readonly #messages: MessageList;
  readonly #onChange: () => void;
  #view = initialView.history;
  #pager: HistoryPager | undefined;
  /** Aborts the page that is being read. */
  #reading: AbortController | undefined;
  #isOpen = false;
  /** Whether to read the newest page when the socket opens: the socket alone would leave a gap. */
  #stale = true;
  /** Whether the next page to read is the newest one again. */
  #newestFailed = false;

  /** `onChange` is called when `view` or the list has changed. */
  constructor(client: ChatClient, messages: MessageList, onChange: () => void) {
    this.#client = client;
    this.#messages = messages;
    this.#onChange = onChange;
  }

  get view(): ChatHistory {
    return this.#view;
  }

  /** A page that was read before the socket opened may lack the messages stored in between. */
  onStateChange(state: SocketState): void {
    this.#isOpen = state === 'open';
    const isUnread = this.#pager === undefined && this.#reading === undefined;
    if (state === 'closed') {
      this.#stale = true;
      if (this.#reading === undefined) this.#setView({ ...this.#view, isLoading: false });
    } else if (this.#isOpen ? this.#stale : state === 'waiting' && isUnread) {
      void this.#loadNewest();
    }
  }

  /** The socket has reconnected without all missed messages. */
  onGap(): void {
    void this.#loadNewest();
  }

  async loadOlder(): Promise<void> {
    if (this.#reading !== undefined) return;
    const pager = this.#pager;
    if (pager === undefined || this.#newestFailed) return this.#loadNewest();
    if (!this.#view.hasOlder) return;
    const knownCount = pager.messages.length;
    await this.#read(pager, () => this.#messages.prepend(pager.messages.slice(knownCount)));
  }

  stop(): void {
    this.#reading?.abort();
  }

  /** Replaces all messages, except those that the socket delivers from now on. */
  async #loadNewest(): Promise<void> {
    this.#stale = true;
    this.#newestFailed = true;
    this.#reading?.abort();
    const wasOpen = this.#isOpen;
    const { liveCount } = this.#messages;
    const pager = new HistoryPager((query) =>
      this.#client.chat.history({ ...query, signal: this.#reading?.signal }),
    );
    await this.#read(pager, () => {
      this.#stale = !wasOpen;
      this.#newestFailed = false;
      this.#pager = pager;
      this.#messages.replaceOlder(pager.messages, liveCount);
    });
  }

  async #read(pager: HistoryPager, onRead: () => void): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    const { hasOlder } = this.#view;
    this.#setView({ hasOlder, isLoading: true });
    const knownCount = pager.messages.length;
    try {
      let ended = false;
      for (let page = 0; page < MAX_PAGES && !ended; page += 1) {
        if (pager.messages.length > knownCount) break;
        ended = await pager.nextPage();
      }
      if (reading.signal.aborted) return;
      this.#reading = undefined;
      onRead();
      this.#setView({ hasOlder: !ended, isLoading: false });
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#reading = undefined;
      this.#setView({ hasOlder: true, isLoading: false, error });
    }
  }

  #setView(view: ChatHistory): void {
    this.#view = view;
    this.#onChange();
  }
}
