import type { Assistant } from '../../packages/server/src/chat/ports.js';
import { createControlledReply } from './controlled-reply.js';

/** The controlled reply as an assistant that speaks in pieces, word by word. */
export function createControlledAssistant() {
  const control = createControlledReply();
  const assistant: Assistant = {
    contextMessages: 1,
    async *reply({ messages }) {
      const reply = await control.reply(messages.at(-1)?.content ?? '');
      yield* reply.match(/^\s*\S+\s*|\S+\s*/g) ?? [reply];
    },
  };
  return { ...control, assistant };
}
