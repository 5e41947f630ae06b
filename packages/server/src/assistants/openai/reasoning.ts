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
  #state: 'start' | 'inContent' | 'inField' | 'text' = 'start';
  #pending = '';
  /** White space between the reasoning and the reply belongs to neither. */
  #skipsSpace = false;

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
    let text = this.#pending + delta;
    this.#pending = '';
    // More reasoning may follow the end tag.
    while (this.#state === 'inContent' || this.#isReasoning(text)) {
      const rest = this.#skipReasoning(text);
      if (rest === undefined) return '';
      text = rest;
    }
    if (this.#mayStartTag(text)) {
      this.#pending = text.length > maxPending ? text.trimStart() : text;
      return '';
    }
    this.#state = 'text';
    if (this.#skipsSpace) return text.trimStart();
    return this.#startsInside && !text.trimStart().startsWith(open) ? open + text : text;
  }

  /** Returns the pending rest: the start of a tag that was none. */
  end(): string {
    if (this.#state === 'inField') return close;
    return this.#state === 'start' && !this.#startsInside ? this.#pending : '';
  }

  /** Whether reasoning that users do not see starts here. */
  #isReasoning(text: string): boolean {
    if (this.#show || this.#mayStartTag(text)) return false;
    const trimmed = text.trimStart();
    // Servers that separate the reasoning may leave the end tag in the text.
    return this.#startsInside || trimmed.startsWith(open) || trimmed.startsWith(close);
  }

  /** Whether the next delta decides if this is a tag. */
  #mayStartTag(text: string): boolean {
    if (this.#show && !this.#startsInside) return false;
    const trimmed = text.trimStart();
    return [open, close].some((tag) => tag !== trimmed && tag.startsWith(trimmed));
  }

  /** Returns what follows the end tag; `undefined` without one. */
  #skipReasoning(text: string): string | undefined {
    const end = text.indexOf(close);
    this.#state = 'inContent';
    if (end === -1) {
      // The tag may be split between two chunks.
      this.#pending = text.slice(-(close.length - 1));
      return undefined;
    }
    this.#state = 'start';
    this.#startsInside = false;
    this.#skipsSpace = true;
    return text.slice(end + close.length);
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
