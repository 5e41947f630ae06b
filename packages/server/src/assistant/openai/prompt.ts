import type { AssistantMessage } from '../../chat/ports.js';
import type { OpenAiSettings } from './options.js';

export interface PromptMessage {
  readonly role: 'system' | AssistantMessage['role'];
  readonly content: string;
}

/** What a role and its separators cost, in every template that we know. */
const tokensPerMessage = 4;
const bytesPerToken = 3;

/**
 * The newest messages of a session that the budget allows, as models take them: one that is to be
 * answered last, and before it the two roles in turn. A question that was never answered would
 * otherwise stand beside the next one, and the templates of several models refuse that.
 */
export function toPrompt(
  messages: readonly AssistantMessage[],
  { contextBudget, systemPrompt }: Pick<OpenAiSettings, 'contextBudget' | 'systemPrompt'>,
): PromptMessage[] {
  if (systemPrompt === undefined) return inTurns(newest(messages, contextBudget));
  const said = inTurns(newest(messages, contextBudget - tokensOf(systemPrompt)));
  return [{ role: 'system', content: systemPrompt }, ...said];
}

function newest(messages: readonly AssistantMessage[], budget: number): AssistantMessage[] {
  const last = messages.length - 1;
  let left = budget;
  let first = last;
  for (let index = last; index >= 0; index -= 1) {
    left -= tokensOf(messages[index]!.content);
    if (left < 0 && index < last) break;
    first = index;
  }
  return messages.slice(Math.max(0, first));
}

function inTurns(messages: readonly AssistantMessage[]): PromptMessage[] {
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

function tokensOf(text: string): number {
  return tokensPerMessage + Math.ceil(new TextEncoder().encode(text).length / bytesPerToken);
}
