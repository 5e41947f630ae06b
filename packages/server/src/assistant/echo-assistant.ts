import type { Assistant } from '../chat/ports.js';

/** Says what was said, word by word: enough to build and to try everything around an assistant. */
export function echoAssistant(): Assistant {
  return {
    contextMessages: 1,
    async *reply({ messages }) {
      const said = messages.at(-1)?.content ?? '';
      // Each piece is a word with the white space after it; joined, they are what was said.
      yield* said.match(/^\s*\S+\s*|\S+\s*/g) ?? [said];
    },
  };
}
