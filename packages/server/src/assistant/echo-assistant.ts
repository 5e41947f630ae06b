import type { Assistant } from '../chat/ports.js';

const piecesMax = 16;

/**
 * Says what was said, piece by piece: enough to build and to try everything around an assistant.
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
      const said = messages.at(-1)?.content ?? '';
      // A word a piece, or some more of them: thousands of frames for one message help nobody.
      const pieceLength = Math.ceil(said.length / piecesMax);
      let piece = '';
      for (const word of said.match(/\s*\S+\s*$|\s*\S+|^\s+$/g) ?? []) {
        piece += word;
        if (piece.length < pieceLength) continue;
        yield piece;
        piece = '';
      }
      if (piece !== '') yield piece;
    },
  };
}
