import type { MockReply, MockReplyContext, MockReplyRule } from './options.js';

const placeholder = /\{\{(message|username|count|\d+)\}\}/g;
/** A word and the whitespace after it. */
const words = /^\s*\S+\s*|\S+\s*/g;

/**
 * A reply function that uses the first rule that applies to a message.
 * @param fallback the reply when none applies
 */
export function createRuleReply(rules: readonly MockReplyRule[], fallback: MockReply): MockReply {
  const states = rules.map((rule) => ({ rule, remaining: rule.times ?? Infinity }));
  return (message, context) => {
    for (const state of states) {
      if (state.remaining === 0) continue;
      const groups = matchRule(state.rule, message, context);
      if (groups === undefined) continue;
      state.remaining -= 1;
      return streamReply(state.rule, fillTemplate(state.rule, message, context, groups), context);
    }
    return fallback(message, context);
  };
}

/** Whether a text contains only placeholders that exist. */
export function isTemplate(template: string): boolean {
  return !template.replace(placeholder, '').includes('{{');
}

/** The groups of the pattern; `undefined` when the rule does not apply. */
function matchRule(
  { contains, pattern, username }: MockReplyRule,
  message: string,
  context: MockReplyContext,
): readonly (string | undefined)[] | undefined {
  if (username !== undefined && username !== context.username) return undefined;
  if (contains !== undefined && !message.toLowerCase().includes(contains.toLowerCase())) {
    return undefined;
  }
  if (pattern === undefined) return [];
  return new RegExp(pattern, 'iu').exec(message) ?? undefined;
}

function fillTemplate(
  { content, template }: MockReplyRule,
  message: string,
  { messages, username }: MockReplyContext,
  groups: readonly (string | undefined)[],
): string {
  if (template === undefined) return content ?? '';
  const count = messages.filter(({ role }) => role === 'user').length;
  const values: { readonly [name: string]: string } = { message, username, count: String(count) };
  return template.replace(
    placeholder,
    (_whole, name: string) => values[name] ?? groups[Number(name)] ?? '',
  );
}

async function* streamReply(
  { chunks, chunkDelayMs = 0, delayMs = 0, error }: MockReplyRule,
  content: string,
  { signal }: MockReplyContext,
): AsyncGenerator<string> {
  await delay(delayMs, signal);
  if (error !== undefined) throw new Error(error);
  const parts = chunks ?? (chunkDelayMs > 0 ? (content.match(words) ?? [content]) : [content]);
  for (const [index, part] of parts.entries()) {
    if (index > 0) await delay(chunkDelayMs, signal);
    yield part;
  }
}

/** Rejects when the reply is no longer needed. */
export async function delay(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (ms === 0) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}
