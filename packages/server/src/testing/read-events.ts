/** A server-sent event with its parsed data, or a comment. */
export interface TestEvent {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the event.
  readonly data: any;
}

/** Reads the events of a stream, one after the other. */
export class EventReader {
  readonly #chunks: AsyncIterator<string>;
  #text = '';

  constructor(chunks: AsyncIterable<string>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** `undefined` at the end of the stream. */
  async next(): Promise<TestEvent | undefined> {
    while (!this.#text.includes('\n\n')) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#text += value;
    }
    const [block = ''] = this.#text.split('\n\n', 1);
    this.#text = this.#text.slice(block.length + 2);
    const event = /^event: (.*)$/m.exec(block)?.[1] ?? 'comment';
    const data = /^data: (.*)$/m.exec(block)?.[1];
    return { event, data: data === undefined ? block : JSON.parse(data) };
  }

  async rest(): Promise<TestEvent[]> {
    const events: TestEvent[] = [];
    for (let next = await this.next(); next !== undefined; next = await this.next()) {
      events.push(next);
    }
    return events;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** The joined deltas. A delta with another offset than the end of the text is an error. */
export function joinDeltas(events: readonly TestEvent[]): string {
  let text = '';
  for (const { event, data } of events) {
    if (event !== 'delta') continue;
    if (data.offset !== text.length) throw new Error(`A delta has the offset ${data.offset}.`);
    text += data.content;
  }
  return text;
}
