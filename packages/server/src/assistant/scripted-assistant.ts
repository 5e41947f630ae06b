import type { Assistant, AssistantRequest } from '../chat/ports.js';

/**
 * One line of a script: a text, the pieces of one, an error to fail with, or a function that makes
 * one of them from what was asked.
 *
 * @example
 * ```ts
 * import { type ScriptedReply, scriptedAssistant } from '@chat/server';
 *
 * const script: ScriptedReply[] = [
 *   'Hello!',
 *   ['Let me ', 'think.'], // streamed in two pieces
 *   new Error('The model is away.'), // a 503
 *   ({ messages }) => `You have said ${messages.length} things.`,
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
 * Gives these replies one after the other, and when they are used up the last one again and again.
 * @throws RangeError when there is no reply at all.
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
      if (typeof reply !== 'function') return oneByOne(reply);
      const made = reply(request);
      return typeof made === 'string' ? Promise.resolve(made) : made;
    },
  };
}

async function* oneByOne(pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}
