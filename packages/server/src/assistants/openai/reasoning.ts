interface Tag {
  readonly open: string;
  readonly close: string;
}

const think: Tag = { open: '<think>', close: '</think>' };
/** Magistral writes `[THINK]`, Gemini and EXAONE Deep `<thought>`, Seed-OSS `<seed:think>`, Kimi-VL `◁think▷`. */
const others = ['[THINK]', '<thought>', '<seed:think>', '◁think▷'].map(
  (open): Tag => ({ open, close: `${open.slice(0, 1)}/${open.slice(1)}` }),
);
const tags = [think, ...others];
/** What reasoning starts with, and the end tag that servers may leave in the text when they separate the reasoning. */
const starts = [think.close, ...tags.map(({ open }) => open)];
const longestTag = Math.max(...tags.map(({ close }) => close.length));

/** Ends of reasoning that has no start tag. Only `</think>` may be inside of a line, because reasoning can mention tags. */
const endsWithoutStart = [think.close, ...others.map(({ close }) => `\n${close}`)];

export interface ReasoningSettings {
  readonly showReasoning: boolean;
  readonly startsWithReasoning: boolean;
}

/**
 * Separates a model's reasoning from its reply. Servers send it in a field of its own, or at the start of the content
 * between tags such as `<think>` and `</think>`. If a model's chat template ends the prompt with the start tag, only the end tag is in the reply.
 */
export class ReasoningFilter {
  readonly #show: boolean;
  #startsInside: boolean;
  #state: 'start' | 'inContent' | 'inField' | 'text' = 'start';
  /** What ends the reasoning in the content. */
  #ends: readonly string[] = [];
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
    return this.#startsInside && openedTag(text) === undefined ? think.open + text : text;
  }

  /** Returns the pending rest: the start of a tag that was none. */
  end(): string {
    if (this.#state === 'inField') return think.close;
    return this.#state === 'start' && !this.#startsInside ? this.#pending : '';
  }

  /** Whether reasoning that users do not see starts here. */
  #isReasoning(text: string): boolean {
    if (this.#show || this.#mayStartTag(text)) return false;
    const trimmed = text.trimStart();
    return this.#startsInside || starts.some((start) => trimmed.startsWith(start));
  }

  /** Whether the next delta decides if this is a tag. */
  #mayStartTag(text: string): boolean {
    if (this.#show && !this.#startsInside) return false;
    const trimmed = text.trimStart();
    return starts.some((start) => start !== trimmed && start.startsWith(trimmed));
  }

  /** Returns what follows the end tag; `undefined` without one. */
  #skipReasoning(text: string): string | undefined {
    if (this.#state === 'start') {
      const tag = openedTag(text);
      this.#ends = tag === undefined ? endsWithoutStart : [tag.close];
      this.#state = 'inContent';
    }
    const end = firstEnd(text, this.#ends);
    if (end === undefined) {
      // The tag may be split between two chunks.
      this.#pending = text.slice(-longestTag);
      return undefined;
    }
    this.#state = 'start';
    this.#startsInside = false;
    this.#skipsSpace = true;
    return text.slice(end.after);
  }
}

/** White space before a tag is not kept without a limit. */
const maxPending = 1_000;

/** The tag that a text starts with. */
function openedTag(text: string): Tag | undefined {
  const trimmed = text.trimStart();
  return tags.find(({ open }) => trimmed.startsWith(open));
}

interface End {
  readonly before: number;
  readonly after: number;
}

/** Where the first of these ends begins, and where the text after it begins. */
function firstEnd(text: string, ends: readonly string[]): End | undefined {
  return ends
    .map((end): End => {
      const before = text.indexOf(end);
      return { before, after: before + end.length };
    })
    .filter(({ before }) => before !== -1)
    .sort((a, b) => a.before - b.before)[0];
}

/**
 * A stored reply without its reasoning: models must not receive the reasoning of earlier replies. Without a start tag, the
 * reasoning ends with a line that contains only the end tag.
 */
export function removeReasoning(content: string): string {
  const tag = openedTag(content);
  const lines = tags.map(({ close }) => `\n${close}\n`);
  const end = (tag && firstEnd(content, [tag.close])) ?? firstEnd(content, lines);
  if (end === undefined) return content;
  const isMentioned = tags.some(({ open }) => content.slice(0, end.before).includes(open));
  if (tag === undefined && isMentioned) return content;
  return content.slice(end.after).trimStart();
}
