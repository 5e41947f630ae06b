interface Tag {
  readonly open: string;
  readonly close: string;
}

const think: Tag = { open: '<think>', close: '</think>' };
/** Of other models: Magistral writes `[THINK]`, Gemini and EXAONE `<thought>`, Seed-OSS `<seed:think>`, Kimi-VL `◁think▷`. */
const others = ['[THINK]', '<thinking>', '<thought>', '<reasoning>', '<seed:think>', '◁think▷'];
const tags = [
  think,
  ...others.map((open): Tag => ({ open, close: `${open.slice(0, 1)}/${open.slice(1)}` })),
];
const longestTag = Math.max(...tags.map(({ close }) => close.length));

export interface ReasoningSettings {
  readonly showReasoning: boolean;
  readonly startsWithReasoning: boolean;
}

/**
 * Separates a model's reasoning from its reply. Servers send it in a field of its own, or at the start of the content
 * between tags such as `<think>` and `</think>`. If a model's chat template ends the prompt with `<think>`, only `</think>` is in the reply.
 */
export class ReasoningFilter {
  readonly #show: boolean;
  #startsInside: boolean;
  #state: 'start' | 'inContent' | 'inField' | 'text' = 'start';
  /** What ends the reasoning in the content. */
  #endTag = think.close;
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
    const start = this.#state === 'inField' ? '' : think.open;
    this.#state = 'inField';
    return start + delta;
  }

  /** Returns what users see of a delta of the content. */
  addContent(delta: string): string {
    if (delta === '' || this.#state === 'text') return delta;
    if (this.#state === 'inField') {
      this.#state = 'text';
      return `${think.close}\n\n${delta}`;
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
    return this.#startsInside && tagAtStart(text) === undefined ? think.open + text : text;
  }

  /** Returns the pending rest: the start of a tag that was none. */
  end(): string {
    if (this.#state === 'inField') return think.close;
    return this.#state === 'start' && !this.#startsInside ? this.#pending : '';
  }

  /** Whether reasoning that users do not see starts here. */
  #isReasoning(text: string): boolean {
    if (this.#show || this.#mayStartTag(text)) return false;
    const tag = tagAtStart(text);
    this.#endTag = (tag ?? think).close;
    return this.#startsInside || tag !== undefined;
  }

  /** Whether the next delta decides if this is a tag. */
  #mayStartTag(text: string): boolean {
    if (this.#show && !this.#startsInside) return false;
    const trimmed = text.trimStart();
    return tags
      .flatMap(({ open, close }) => [open, close])
      .some((tag) => tag !== trimmed && tag.startsWith(trimmed));
  }

  /** Returns what follows the end tag; `undefined` without one. */
  #skipReasoning(text: string): string | undefined {
    const end = text.indexOf(this.#endTag);
    this.#state = 'inContent';
    if (end === -1) {
      // The tag may be split between two chunks.
      this.#pending = text.slice(-(longestTag - 1));
      return undefined;
    }
    this.#state = 'start';
    this.#startsInside = false;
    this.#skipsSpace = true;
    return text.slice(end + this.#endTag.length);
  }
}

/** White space before a tag is not kept without a limit. */
const maxPending = 1_000;

/** The tag with which a text starts. Servers that separate the reasoning may leave the end tag in the text. */
function tagAtStart(text: string): Tag | undefined {
  const trimmed = text.trimStart();
  return tags.find(({ open, close }) => trimmed.startsWith(open) || trimmed.startsWith(close));
}

/**
 * A stored reply without its reasoning: models must not receive the reasoning of earlier replies. Without a start tag, the
 * reasoning ends with a line that contains only the end tag.
 */
export function removeReasoning(content: string): string {
  const trimmed = content.trimStart();
  const opened = tags.find(({ open }) => trimmed.startsWith(open));
  const endTag = opened?.close ?? `\n${think.close}\n`;
  const end = content.indexOf(endTag);
  if (end === -1 || (!opened && content.slice(0, end).includes(think.open))) return content;
  return content.slice(end + endTag.length).trimStart();
}
