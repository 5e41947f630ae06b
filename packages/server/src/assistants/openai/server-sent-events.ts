import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { parseJson } from './parse-error.js';

/** An event contains a few words, so a longer one is an error. */
const maxEventLength = 1_048_576;

/** The last event of a stream, which is not JSON. */
export const doneEvent = '[DONE]';

/** A part of a chunk, of which the rest is missing. */
const jsonPart = /[{}[\]]|":/;
/** An event without a name is one of the reply. */
const replyEvent = /^(?:message)?$/i;
const failure = /error|fail/i;

/**
 * Parses a stream of server-sent events with JSON data. It is as lenient as the servers require: any line ending, comments,
 * empty events, events without an empty line between them, no line ending at the end. Keep-alives are ignored: data that
 * cannot be a part of a chunk. An event of the type `error`, and the field `error` of llama.cpp, are returned as the member
 * `error`.
 */
export class EventParser {
  #line = '';
  /** The last character. */
  #last = '';
  #data: string[] = [];
  #dataLength = 0;
  /** The type of the event. */
  #name = '';

  /** Returns the objects of the events that end in `text`: `undefined` when the JSON is invalid. */
  add(text: string): unknown[] {
    if (this.#line.length + this.#dataLength + text.length > maxEventLength)
      this.#checkLength(text);
    // Without a line break nothing ends; to read the collected text for each part of a long line would be slow.
    const canEnd = /[\r\n]/.test(this.#last + text);
    this.#last = text.slice(-1);
    if (!canEnd) {
      this.#line += text;
      return [];
    }
    const lines = (this.#line + text).split(/\r\n|\n|\r(?!$)/);
    this.#line = lines.pop()!;
    return lines.flatMap((line) => this.#addLine(line));
  }

  /** Returns the events that the end of the stream completes. */
  end(): unknown[] {
    return [...this.#addLine(this.#line.replace(/\r$/, '')), ...this.#dispatch()];
  }

  #checkLength(text: string): void {
    const firstLine = /^[^\r\n]*/.exec(text)![0].length;
    const lastLine = /[^\r\n]*$/.exec(text)![0].length;
    const length = this.#line.length + this.#dataLength + firstLine;
    if (Math.max(length, lastLine) <= maxEventLength) return;
    throw new AssistantEndpointError(
      `The assistant's endpoint sent an event of more than ${maxEventLength} characters.`,
    );
  }

  #addLine(line: string): unknown[] {
    if (line === '') return this.#dispatch();
    // Some servers send an error in the middle of a stream as JSON without a field.
    const [, field = 'data', text = ''] =
      /^(data|event|error)(?::(.*))?$/s.exec(line) ??
      (line.startsWith('{') ? ['', 'data', line] : []);
    const value = text.trim();
    if (field === 'event') this.#name = value;
    if (field === 'event' || value === '') return [];
    if (field === 'error') return [{ error: parseJson(value) ?? value }];
    // Some servers send no empty line after a keep-alive; it cannot be the first line of a chunk.
    if (this.#data.length === 1 && this.#isKeepAlive(this.#data[0]!)) this.#clearData();
    // Complete in one line, as almost always: some servers do not send the empty line after it.
    const event = this.#data.length === 0 ? this.#parseEvent(value) : undefined;
    if (event !== undefined) return [event];
    this.#data.push(value);
    this.#dataLength += value.length;
    return [];
  }

  #dispatch(): unknown[] {
    const data = this.#data.join('\n');
    const isIgnored = data === '' || this.#isKeepAlive(data);
    const event = this.#isError ? { error: data } : this.#parseEvent(data);
    this.#name = '';
    this.#clearData();
    return isIgnored ? [] : [event];
  }

  get #isError(): boolean {
    return this.#name === 'error';
  }

  #clearData(): void {
    this.#data = [];
    this.#dataLength = 0;
  }

  /** A value that is no object, a word, or any text in an event with another name. A sentence may be an error. */
  #isKeepAlive(text: string): boolean {
    // Each chunk: it is parsed only once.
    if (text.startsWith('{') || failure.test(this.#name)) return false;
    const value = parseJson(text);
    if (value !== undefined) return !isObject(value);
    const canBeWord = !/\s/.test(text) && !failure.test(text);
    return !jsonPart.test(text) && (canBeWord || !replyEvent.test(this.#name));
  }

  /** Returns `undefined` when `text` is not the JSON of an object. */
  #parseEvent(text: string): unknown {
    if (text === doneEvent) return doneEvent;
    const value = parseJson(text);
    if (!isObject(value)) return undefined;
    return this.#isError && !('error' in value) ? { error: value } : value;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
