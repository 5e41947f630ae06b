import type { Assistant, AssistantRequest } from '../domain/ports/index.js';

/**
 * One reply of a script: a text, its chunks, an error, or a function that returns a reply for a request.
 *
 * @example
 * ```ts
 * import { type ScriptedReply, scriptedAssistant } from '@chat/server';
 *
 * const script: ScriptedReply[] = [
 *   'Hello!',
 *   ['Let me ', 'think.'], // streamed in two chunks
 *   new Error('The model is unavailable.'), // a 503
 *   ({ messages }) => `You have sent ${messages.length} messages.`,
 * ];
 * const assistant = scriptedAssistant(script);
 * ```
 */
export type ScriptedReply =
  | string
  | readonly string[]
  | Error
  | ((request: AssistantRequest) => ReturnType<Assistant['reply']> | string);

/**
 * Returns these replies one after the other, then repeats the last one.
 * @throws RangeError when `replies` is empty.
 * @example
 * ```ts
 * import { scriptedAssistant } from '@chat/server';
 *
 * const assistant = scriptedAssistant(['Hello!', ['How ', 'are ', 'you?'], new Error('overloaded')]);
 * ```
 */
export function scriptedAssistant(replies: readonly ScriptedReply[]): Assistant {
  if (replies.length === 0) throw new RangeError('A scripted assistant needs at least one reply.');
  let next = 0;
  return {
    reply(request) {
      const reply = replies[Math.min(next, replies.length - 1)]!;
      next += 1;
      if (reply instanceof Error) throw reply;
      if (typeof reply === 'string') return Promise.resolve(reply);
      if (typeof reply !== 'function') return streamChunks(reply);
      const result = reply(request);
      return typeof result === 'string' ? Promise.resolve(result) : result;
    },
  };
}

async function* streamChunks(chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
}
