import type { Position } from './store.js';

/** What an entry takes beside its text, roughly. */
const entryBytes = 500;

interface Page {
  readonly json: string;
  readonly position: Position;
}

/**
 * Pages that need not be put together again as long as their user's position, which is asked for each
 * time, is the same. Nobody has to tell it what was written, here or by another server: what a page
 * shows of delivered messages changes with a new message or a new reading mark, and only then.
 */
export class PageCache {
  readonly #maxBytes: number;
  /** The one that was kept last is the last. */
  readonly #pages = new Map<string, Page>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  find(key: string, position: Position): string | undefined {
    const page = this.#pages.get(key);
    return page !== undefined && isSame(page.position, position) ? page.json : undefined;
  }

  keep(key: string, position: Position, json: string): void {
    this.#forget(key);
    const page = { json, position };
    this.#pages.set(key, page);
    this.#bytes += bytesOf(page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    const page = this.#pages.get(key);
    if (page === undefined) return;
    this.#pages.delete(key);
    this.#bytes -= bytesOf(page);
  }
}

/** The time tells a message from one of that number in a database that was emptied or replaced. */
function isSame(one: Position, other: Position): boolean {
  return (
    one.lastSeq === other.lastSeq &&
    one.lastTimestamp === other.lastTimestamp &&
    one.readSeq === other.readSeq
  );
}

function bytesOf({ json }: Page): number {
  return json.length * 2 + entryBytes;
}
