const open = '<think>';
const close = '</think>';

export interface ReasoningSettings {
  readonly showReasoning: boolean;
  readonly startsWithReasoning: boolean;
}

/**
 * Separates a model's reasoning from its reply. Servers send it in a field of its own, or at the start of the content
 * between `<think>` and `</think>`. If a model's chat template ends the prompt with `<think>`, only `</think>` is in the reply.
 */
export class ReasoningFilter {
  readonly #show: boolean;
  #startsInside: boolean;
  #state: 'start' | 'inContent' | 'inField' | 'beforeText' | 'text' = 'start';
  #pending = '';

  constructor(settings: ReasoningSettings) {
    this.#show = settings.showReasoning;
    this.#startsInside = settings.startsWithReasoning;
  }

  /** Returns what users see of a delta of the reasoning field. */
  addReasoning(delta: string): string {
    // The server separates the reasoning itself.
    if (delta !== '') this.#startsInside = false;
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
    const opened = trimmed.startsWith(open);
    if (!opened && open.startsWith(trimmed) && (this.#startsInside || !this.#show)) {
      this.#pending = text.length > maxPending ? trimmed : text;
      return '';
    }
    if (this.#show || !(opened || this.#startsInside)) {
      this.#state = 'text';
      return this.#startsInside && !opened ? open + text : text;
    }
    this.#state = 'inContent';
    return this.#skipReasoning(opened ? trimmed.slice(open.length) : text);
  }

  /** Returns the pending rest: the start of a tag that was none. */
  end(): string {
    if (this.#state === 'inField') return close;
    return this.#state === 'start' && !this.#startsInside ? this.#pending : '';
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

/**
 * A stored reply without its reasoning: models must not receive the reasoning of earlier replies. Without a start tag, the
 * reasoning ends with a line that contains only the end tag.
 */
export function removeReasoning(content: string): string {
  const opened = content.trimStart().startsWith(open);
  const endTag = opened ? close : `\n${close}\n`;
  const end = content.indexOf(endTag);
  if (end === -1 || (!opened && content.slice(0, end).includes(open))) return content;
  return content.slice(end + endTag.length).trimStart();
}
