import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { OpenAiSettings } from './options.js';
import { parseError, parseJson, parsePossibleError } from './parse-error.js';
import { ReasoningFilter, type ReasoningSettings } from './reasoning.js';
import { doneEvent, EventParser } from './server-sent-events.js';

/** Why a reply is not complete, although it is usable. */
export type Truncation = 'length' | 'content_filter';

/** What servers and gateways call the end of a complete reply, in lower case and without other characters than letters. */
const completeEnds = new Set([
  ...['stop', 'stopped', 'stopsequence', 'stoptoken', 'stopstring', 'stopword'],
  ...['eos', 'eostoken', 'eot', 'endoftext', 'endturn', 'endofturn', 'end', 'ended'],
  ...['complete', 'completed', 'done', 'finish', 'finished', 'success', 'succeeded', 'normal'],
  ...['toolcall', 'toolcalls', 'tooluse', 'functioncall', 'functioncalls'],
]);
const contentFilters =
  /filter|safety|sensitive|recitation|blocklist|prohibited|spii|guardrail|refus|^language$/i;
const failures = new RegExp(
  [
    'error|abort|cancel|fail|time_?out|exception|insufficient|malformed|crash|killed|evict|preempt',
    'overload|unavailable|connect|network|(?<![a-z])rate[_ -]?limit|throttl|quota|^budget|out_of_memory',
  ].join('|'),
  'i',
);
/** Some servers send one of these in each chunk before the last one. */
const noReason = /^\s*(?:|null|none|(?:finish_reason_)?unspecified)\s*$/i;
/** The JSON around the text of a response without streaming, and how much longer JSON escapes can make the text. */
const jsonOverhead = 65_536;
const maxEscapeFactor = 6;
/** Of a finish reason in errors and logs. */
const maxReasonLength = 40;

/** The members of a chunk that matter. Servers add, omit and nullify members, so all have the type `unknown`. */
interface Choice {
  readonly index?: unknown;
  readonly delta?: unknown;
  readonly message?: unknown;
  /** The text of the older completions API. */
  readonly text?: unknown;
  readonly finish_reason?: unknown;
}

/**
 * Reads the body of a chat completion: lenient with everything that is harmless, strict about the end. A reply is complete
 * only after a finish reason or `[DONE]`; otherwise half of it could be stored as if it were complete.
 */
export class CompletionReader {
  readonly #settings: Pick<OpenAiSettings, 'maxReplyLength' | 'secrets'>;
  readonly #reasoning: ReasoningFilter;
  readonly #events = new EventParser();
  #format: 'unknown' | 'events' | 'json' = 'unknown';
  #start = '';
  #finishReason: string | undefined;
  /** Some servers send a finish reason in each chunk: then one next to a text is not the end. */
  #repeatsReason = false;
  #isEnd = false;
  #done = false;
  #hasChoices = false;
  #hasDeltas = false;
  #hasText = false;
  /** The text so far of a server that sends messages instead of deltas. */
  #message = '';
  /** What may be an error: it is one when the reply ends without a finish reason. */
  #possibleError: string | undefined;

  constructor(settings: Pick<OpenAiSettings, 'maxReplyLength' | 'secrets'> & ReasoningSettings) {
    this.#settings = settings;
    this.#reasoning = new ReasoningFilter(settings);
  }

  /** Whether the reply is complete. More may follow, such as usage data. */
  get finished(): boolean {
    return this.#done || (this.#isEnd && this.#finishReason !== undefined);
  }

  /** Set after the end when the endpoint cut the reply, or may have cut it. */
  get truncation(): { readonly truncated: Truncation; readonly reason: string } | undefined {
    const reason = this.#finishReason;
    if (reason === undefined || isComplete(reason)) return undefined;
    // Such as `length`, `max_tokens` and `interrupted`. With a reason that is not known, the reply may be incomplete too.
    const truncated = contentFilters.test(reason) ? 'content_filter' : 'length';
    return { truncated, reason: reason.slice(0, maxReasonLength) };
  }

  /**
   * Returns the deltas of the reply in the next part of the body.
   * @throws {AssistantEndpointError} when it reports an error or is not a chat completion
   */
  add(text: string): string[] {
    if (this.#format === 'events') return this.#readEvents(this.#events.add(text));
    this.#start += text;
    if (this.#format === 'json') return this.#limitBody();
    const first = this.#start.trimStart()[0];
    if (first === undefined) return this.#limitBody();
    if (first === '<') throw webPage();
    if (first === '{' || first === '[') {
      this.#format = 'json';
      return this.#limitBody();
    }
    this.#format = 'events';
    return this.#readEvents(this.#events.add(this.#start.trimStart()));
  }

  /**
   * Returns the rest of the reply at the end of the body.
   * @throws {AssistantEndpointError} when the reply is incomplete or empty
   */
  end(): string[] {
    let deltas: string[] = [];
    if (this.#format === 'events') {
      deltas = this.#readEvents(this.#events.end());
      // The connection was not lost, so the last finish reason is the end.
      this.#isEnd = true;
    }
    if (this.#format === 'json') {
      deltas = [parseJson(this.#start)].flat().map((chunk) => this.#readChunk(chunk));
      if (!this.#hasChoices) {
        throw this.#possibleError === undefined ? notACompletion() : failed(this.#possibleError);
      }
      // The body is one valid JSON text, so nothing is missing.
      this.#done = true;
    }
    return [...deltas, this.finish()];
  }

  /**
   * Returns the pending rest of a finished reply.
   * @throws {AssistantEndpointError} when the reply is incomplete or empty
   */
  finish(): string {
    if (!this.finished) {
      throw new AssistantEndpointError(
        "The assistant's endpoint ended its response in the middle: it sent no finish_reason and no [DONE].",
      );
    }
    if (this.#finishReason === undefined && this.#possibleError !== undefined) {
      throw failed(this.#possibleError);
    }
    const rest = this.#reasoning.end();
    if (!this.#hasText && rest.trim() === '') throw emptyReply(this.#finishReason);
    return rest;
  }

  #limitBody(): string[] {
    const maxLength = jsonOverhead + maxEscapeFactor * this.#settings.maxReplyLength;
    if (this.#start.length <= maxLength) return [];
    throw new AssistantEndpointError(
      `The assistant's endpoint sent a response of more than ${maxLength} characters.`,
    );
  }

  #readEvents(events: readonly unknown[]): string[] {
    const deltas: string[] = [];
    for (const event of events) {
      if (this.#done) break;
      if (event === doneEvent) this.#done = true;
      else deltas.push(this.#readChunk(event));
    }
    return deltas;
  }

  #readChunk(chunk: unknown): string {
    const failure = parseError(chunk, this.#settings.secrets);
    if (failure !== undefined) throw failed(failure.message);
    // What follows the end of the reply does not matter.
    if (chunk === undefined && !this.finished) throw notACompletion();
    if (typeof chunk !== 'object' || chunk === null) return '';
    const { choices } = chunk as { choices?: unknown };
    // Usage data, keep-alives and results of content filters have no choices, or something that is not a list.
    if (!Array.isArray(choices)) {
      this.#possibleError = parsePossibleError(chunk, this.#settings.secrets);
      return '';
    }
    this.#hasChoices = true;
    const choice = (choices as (Choice | null)[]).find(
      (candidate) => candidate !== null && Number(candidate.index ?? 0) === 0,
    );
    return choice === undefined || choice === null ? '' : this.#readChoice(choice);
  }

  #readText(choice: Choice): { reasoning: string; content: string } {
    const delta = readDelta(choice.delta ?? { content: choice.text });
    if (delta.content !== '' || delta.reasoning !== '') {
      this.#hasDeltas = true;
      return delta;
    }
    const message = readDelta(choice.message);
    // Some servers repeat the whole message at the end.
    if (this.#hasDeltas || message.content === '') return delta;
    // Others send messages only: each with the whole text so far, or with the next part of it.
    const isWhole = message.content.startsWith(this.#message);
    const content = isWhole ? message.content.slice(this.#message.length) : message.content;
    this.#message += content;
    return { reasoning: message.reasoning, content };
  }

  #readChoice(choice: Choice): string {
    const failure = parseError(choice, this.#settings.secrets);
    if (failure !== undefined) throw failed(failure.message);
    const { reasoning, content } = this.#readText(choice);
    const text = this.#reasoning.addReasoning(reasoning) + this.#reasoning.addContent(content);
    this.#hasText ||= content.trim() !== '' && text.trim() !== '';
    const hasText = content !== '' || reasoning !== '';
    // A text after the finish reason means that it was not the end.
    this.#repeatsReason ||= hasText && this.#finishReason !== undefined;
    if (hasText) this.#finishReason = this.#possibleError = undefined;
    const reason = choice.finish_reason;
    if (typeof reason === 'string' && !noReason.test(reason)) {
      if (failures.test(reason)) {
        throw new AssistantEndpointError(
          `The assistant's endpoint could not complete its reply (finish_reason ${quote(reason)}).`,
        );
      }
      this.#finishReason = reason;
      this.#isEnd = !(hasText && this.#repeatsReason);
    }
    return text;
  }
}

function isComplete(reason: string): boolean {
  return completeEnds.has(reason.toLowerCase().replace(/^finish_?reason|[^\p{Letter}]/gu, ''));
}

function readDelta(delta: unknown): { reasoning: string; content: string } {
  if (typeof delta !== 'object' || delta === null) return { reasoning: '', content: '' };
  const fields = delta as Record<string, unknown>;
  const { reasoning_content: reasoningContent, reasoning, content, refusal } = fields;
  return {
    reasoning: textOf(reasoningContent) || textOf(reasoning) || textOf(content, 'thinking'),
    content: textOf(content, 'text') || textOf(refusal),
  };
}

/** A text, or the parts of this type: some servers send the reasoning and the text of some models as parts. */
function textOf(value: unknown, type?: string): string {
  if (typeof value === 'string') return type === 'thinking' ? '' : value;
  if (!Array.isArray(value) || type === undefined) return '';
  return value
    .map((part) => (typeof part === 'string' ? { type: 'text', text: part } : part))
    .filter((part) => part?.type === type || part?.type === `output_${type}`)
    .map((part) => textOf(part[type], type === 'thinking' ? 'text' : undefined))
    .join('');
}

export function webPage(): AssistantEndpointError {
  return new AssistantEndpointError(
    "The assistant's endpoint responded with a web page: is this the URL of an API?",
  );
}

function failed(message: string): AssistantEndpointError {
  return new AssistantEndpointError(`The assistant's endpoint failed: ${message}`);
}

function notACompletion(): AssistantEndpointError {
  return new AssistantEndpointError(
    "The assistant's endpoint sent something other than a chat completion.",
  );
}

function emptyReply(reason: string | undefined): AssistantEndpointError {
  const why = reason === undefined ? '' : ` (finish_reason ${quote(reason)})`;
  return new AssistantEndpointError(`The assistant's endpoint sent an empty reply${why}.`);
}

const quote = (reason: string): string => JSON.stringify(reason.slice(0, maxReasonLength));
