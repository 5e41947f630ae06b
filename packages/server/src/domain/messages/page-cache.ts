import type { MessageRange, UserPosition } from '../ports/store.js';

/** Estimated size of an entry without its text and numbers. */
const entryOverheadBytes = 500;

const beforeMessages = '{"messages":[';

/** The messages of a page: their numbers, and the JSON of each one in the order of the page. */
export interface PageMessages {
  readonly range: MessageRange;
  readonly order: 'asc' | 'desc';
  readonly texts: readonly string[];
}

/** The JSON of a page. */
export function pageJson(texts: readonly string[], pagination: object): string {
  return `${beforeMessages}${texts.join(',')}]${pageEnd(pagination)}`;
}

/** The JSON of a page after its list of messages. */
export function pageEnd(pagination: object): string {
  return `,"pagination":${JSON.stringify(pagination)}}`;
}

/** Where the messages of a page are in its JSON. */
interface Layout extends Pick<PageMessages, 'range' | 'order'> {
  /** Where each message starts, and where one after the last would start. */
  readonly starts: readonly number[];
}

interface Page {
  readonly json: string;
  readonly position: UserPosition;
  readonly layout: Layout | undefined;
}

/** The messages of an older version of a page. */
export interface KnownMessages {
  /** The user's position at that time. */
  readonly position: UserPosition;
  readonly range: MessageRange;
  /** The length of the JSON of the page. */
  readonly length: number;
  /** The JSON of a message in `range`. */
  textOf(seq: number): string;
}

/**
 * Serialized history pages. A page is valid as long as its user's position is the same; the position is read for each
 * request. So no invalidation is needed, also with several servers: a page of delivered messages changes only with a new
 * message or a new read receipt.
 */
export class PageCache {
  readonly #maxBytes: number;
  /** The newest entry is the last one. */
  readonly #pages = new Map<string, Page>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string, position: UserPosition): string | undefined {
    const page = this.#pages.get(key);
    return page !== undefined && isSame(page.position, position) ? page.json : undefined;
  }

  /** What remains of the page when messages were added: they do not change the ones before them. */
  known(key: string, { lastSeq, readSeq }: UserPosition): KnownMessages | undefined {
    const page = this.#pages.get(key);
    if (page?.layout === undefined) return undefined;
    const { json, position } = page;
    const { order, range, starts } = page.layout;
    if (position.readSeq !== readSeq || position.lastSeq >= lastSeq) return undefined;
    const textOf = (seq: number): string => {
      const index = order === 'asc' ? seq - range.from : range.to - seq;
      // Without the comma before the next one.
      return json.slice(starts[index], starts[index + 1]! - 1);
    };
    return { position, range, length: json.length, textOf };
  }

  /** @param messages needed for `known` */
  set(key: string, position: UserPosition, json: string, messages?: PageMessages): void {
    this.#delete(key);
    const page = { json, position, layout: messages && layoutOf(messages) };
    this.#pages.set(key, page);
    this.#bytes += sizeOf(page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#delete(oldest);
    }
  }

  #delete(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#bytes -= sizeOf(page);
  }
}

/** The time differs when the database was emptied or replaced and has the same number of messages. */
function isSame(one: UserPosition, other: UserPosition): boolean {
  return (
    one.lastSeq === other.lastSeq &&
    one.lastTimestamp === other.lastTimestamp &&
    one.readSeq === other.readSeq
  );
}

/** Without the texts, which are in the JSON of the page. */
function layoutOf({ range, order, texts }: PageMessages): Layout {
  let start = beforeMessages.length;
  const starts = [start];
  for (const { length } of texts) {
    start += length + 1;
    starts.push(start);
  }
  return { range, order, starts };
}

function sizeOf({ json, layout }: Page): number {
  return json.length * 2 + (layout?.starts.length ?? 0) * 8 + entryOverheadBytes;
}
