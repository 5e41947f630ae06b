import type { AssistantMessage } from '../../domain/ports/index.js';
import type { OpenAiSettings } from './options.js';
import { removeReasoning } from './reasoning.js';

export interface PromptMessage {
  readonly role: 'system' | AssistantMessage['role'];
  readonly content: string;
}

/** An upper limit for a role and its separators in the templates of common models. */
const tokensPerMessage = 4;
const bytesPerToken = 3;

/**
 * The newest messages of a session within the budget, with alternating roles and the message to reply to at the end.
 * Messages without a reply are merged with the next one, because the templates of several models reject two messages of
 * one role in a row.
 */
export function toPrompt(
  session: readonly AssistantMessage[],
  { contextBudget, systemPrompt }: Pick<OpenAiSettings, 'contextBudget' | 'systemPrompt'>,
): PromptMessage[] {
  const messages = session.map(({ role, content }) => ({
    role,
    content: role === 'assistant' ? removeReasoning(content) : content,
  }));
  if (systemPrompt === undefined) return mergeRoles(newestWithinBudget(messages, contextBudget));
  const conversation = mergeRoles(
    newestWithinBudget(messages, contextBudget - estimateTokens(systemPrompt)),
  );
  return [{ role: 'system', content: systemPrompt }, ...conversation];
}

function newestWithinBudget(
  messages: readonly AssistantMessage[],
  budget: number,
): AssistantMessage[] {
  const last = messages.length - 1;
  let left = budget;
  let first = last;
  for (let index = last; index >= 0; index -= 1) {
    left -= estimateTokens(messages[index]!.content);
    if (left < 0 && index < last) break;
    first = index;
  }
  return messages.slice(Math.max(0, first));
}

function mergeRoles(messages: readonly AssistantMessage[]): PromptMessage[] {
  const turns: PromptMessage[] = [];
  for (const { role, content } of messages) {
    const before = turns.at(-1);
    if (before === undefined && role === 'assistant') continue;
    if (before?.role === role) {
      turns[turns.length - 1] = { role, content: `${before.content}\n\n${content}` };
    } else {
      turns.push({ role, content });
    }
  }
  return turns;
}

function estimateTokens(text: string): number {
  return tokensPerMessage + Math.ceil(new TextEncoder().encode(text).length / bytesPerToken);
}
