import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { parseJson } from './parse-error.js';

/** An event contains a few words, so a longer one is an error. */
const maxEventLength = 1_048_576;

/** The last event of a stream, which is not JSON. */
export const doneEvent = '[DONE]';

/**
 * Parses a stream of server-sent events with JSON data. It is as lenient as the servers require: any line ending, comments,
 * empty events, events without an empty line between them, no line ending at the end. An event of the type `error`, and the
 * field `error` of llama.cpp, are returned as the member `error`.
 */
export class EventParser {
  #line = '';
  /** The last character. */
  #last = '';
  #data: string[] = [];
  #dataLength = 0;
  #isError = false;

  /** Returns the values of the events that end in `text`: `undefined` when the JSON is invalid. */
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
    if (field === 'event') this.#isError = value === 'error';
    if (field === 'event' || value === '') return [];
    if (field === 'error') return [{ error: parseJson(value) ?? value }];
    // Complete in one line, as almost always: some servers do not send the empty line after it.
    const event = this.#data.length === 0 ? this.#parseEvent(value) : undefined;
    if (event !== undefined) return [event];
    this.#data.push(value);
    this.#dataLength += value.length;
    return [];
  }

  #dispatch(): unknown[] {
    const data = this.#data.join('\n');
    const event = this.#isError && data !== '' ? { error: data } : this.#parseEvent(data);
    this.#isError = false;
    if (data === '') return [];
    this.#data = [];
    this.#dataLength = 0;
    return [event];
  }

  #parseEvent(text: string): unknown {
    if (text === doneEvent) return doneEvent;
    const value = parseJson(text);
    const isPlain = typeof value === 'object' && value !== null && !('error' in value);
    return this.#isError && isPlain ? { error: value } : value;
  }
}
