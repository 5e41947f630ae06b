const open = '<think>';
const close = '</think>';

/**
 * Separates a model's reasoning from its reply. Servers send it in a field of its own, or at the start of the content
 * between `<think>` and `</think>`.
 */
export class ReasoningFilter {
  readonly #show: boolean;
  #state: 'start' | 'inContent' | 'inField' | 'beforeText' | 'text' = 'start';
  #pending = '';

  constructor(show: boolean) {
    this.#show = show;
  }

  /** Returns what users see of a delta of the reasoning field. */
  addReasoning(delta: string): string {
    if (!this.#show || delta === '' || this.#state === 'text') return '';
    const start = this.#state === 'inField' ? '' : open;
    this.#state = 'inField';
    return start + delta;
  }

  /** Returns what users see of a delta of the content. */
  addContent(delta: string): string {
    if (delta === '' || this.#state === 'text') return delta;
    if (this.#state === 'inField') {
      this.#state = 'text';
      return `${close}\n\n${delta}`;
    }
    const text = this.#pending + delta;
    this.#pending = '';
    if (this.#state === 'inContent') return this.#skipReasoning(text);
    if (this.#state === 'beforeText') return this.#skipSpace(text);
    const trimmed = text.trimStart();
    if (this.#show || !(open.startsWith(trimmed) || trimmed.startsWith(open))) {
      this.#state = 'text';
      return text;
    }
    if (trimmed.length < open.length) {
      this.#pending = text.length > maxPending ? trimmed : text;
      return '';
    }
    this.#state = 'inContent';
    return this.#skipReasoning(trimmed.slice(open.length));
  }

  /** Returns the pending rest: the start of a tag that was none. */
  end(): string {
    if (this.#state === 'inField') return close;
    return this.#state === 'start' ? this.#pending : '';
  }

  #skipReasoning(text: string): string {
    const end = text.indexOf(close);
    if (end === -1) {
      // The tag may be split between two chunks.
      this.#pending = text.slice(-(close.length - 1));
      return '';
    }
    this.#state = 'beforeText';
    return this.#skipSpace(text.slice(end + close.length));
  }

  #skipSpace(text: string): string {
    const trimmed = text.trimStart();
    if (trimmed !== '') this.#state = 'text';
    return trimmed;
  }
}

/** White space before a tag is not kept without a limit. */
const maxPending = 1_000;

/** A stored reply without its reasoning: models must not receive the reasoning of earlier replies. */
export function removeReasoning(content: string): string {
  if (!content.trimStart().startsWith(open)) return content;
  const end = content.indexOf(close);
  return end === -1 ? content : content.slice(end + close.length).trimStart();
}
