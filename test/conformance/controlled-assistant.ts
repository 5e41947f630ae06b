import type { Assistant } from '../../packages/server/src/domain/ports/index.js';
import { createControlledReply } from './controlled-reply.js';

/** An assistant that streams the controlled reply word by word. */
export function createControlledAssistant() {
  const control = createControlledReply();
  const assistant: Assistant = {
    contextMessages: 1,
    reply: ({ messages }) => control.words(messages.at(-1)?.content ?? ''),
  };
  return { ...control, assistant };
}
