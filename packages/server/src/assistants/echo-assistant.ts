import type { Assistant } from '../domain/ports/index.js';

const maxChunks = 16;

/**
 * Repeats the user's message, in chunks. Use it to develop and test everything around an assistant.
 *
 * @example
 * ```ts
 * import { createChatServer, echoAssistant } from '@chat/server';
 *
 * const app = await createChatServer({ assistant: echoAssistant() });
 * ```
 */
export function echoAssistant(): Assistant {
  return {
    contextMessages: 1,
    async *reply({ messages }) {
      const text = messages.at(-1)?.content ?? '';
      // One or more words per chunk: a long message must not cause thousands of frames.
      const chunkLength = Math.ceil(text.length / maxChunks);
      let chunk = '';
      for (const word of text.match(/\s*\S+\s*$|\s*\S+|^\s+$/g) ?? []) {
        chunk += word;
        if (chunk.length < chunkLength) continue;
        yield chunk;
        chunk = '';
      }
      if (chunk !== '') yield chunk;
    },
  };
}
