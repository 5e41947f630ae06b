import type { Message } from '@chat/contract';
import type { MessageRange, MessageRecord } from '../ports/store.js';
import { contentLength } from './respond-with.js';

/** About how many characters of content are read at once. */
const sliceLength = 131_072;
/** The sizes of slices, in messages. Later ones follow from the average length of a message. */
const firstSize = 8;
const maxSize = 100;

interface MessageSource {
  readonly range: MessageRange;
  readonly order: 'asc' | 'desc';
  /** Oldest first. */
  read(range: MessageRange): Promise<readonly MessageRecord[]>;
  serialize(records: readonly MessageRecord[]): Promise<Message[]>;
}

/**
 * The messages of a range in slices. A slice is read from the store when it is needed, so a response holds only one slice in
 * memory, also when its client reads slowly or not at all.
 */
export async function* messageSlices({
  range,
  order,
  read,
  serialize,
}: MessageSource): AsyncGenerator<Message[], undefined> {
  let { from, to } = range;
  let size = firstSize;
  while (from <= to) {
    const slice =
      order === 'asc'
        ? { from, to: Math.min(to, from + size - 1) }
        : { from: Math.max(from, to - size + 1), to };
    if (order === 'asc') from = slice.to + 1;
    else to = slice.from - 1;
    const records = await read(slice);
    const messages = await serialize(records);
    yield order === 'asc' ? messages : messages.reverse();
    const average = contentLength(records) / Math.max(1, records.length);
    size = Math.max(1, Math.min(maxSize, Math.floor(sliceLength / Math.max(1, average))));
  }
}
