import { AsyncResource } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import type { ChatApiDependencies } from '../../../domain/api.js';
import type { Assistant, TurnQueue } from '../../../domain/ports/index.js';
import { isAsyncIterable } from '../../../domain/turns/ask-assistant.js';

// Diagnostics channels cost one comparison when nobody subscribes, and need no library. docs/operations/monitoring.md lists all of them.

interface TracedWork {
  readonly userId: string;
  error?: unknown;
}

interface TracedFrame extends TracedWork {
  /** As of a request: `traceparent`, if the frame has it. */
  readonly headers: { readonly traceparent?: string };
}

const frameChannel = tracingChannel<unknown, TracedFrame>('chat.frame');
const turnChannel = tracingChannel<unknown, TracedWork>('chat.turn');
const assistantChannel = tracingChannel<unknown, TracedWork>('chat.assistant');

/** Traces each message frame, until its turn is in the queue of its user. */
export const traceFrame: NonNullable<ChatApiDependencies['traceFrame']> = (
  userId,
  traceparent,
  admit,
) => {
  if (!frameChannel.hasSubscribers) return admit();
  const headers = traceparent === undefined ? {} : { traceparent };
  return frameChannel.tracePromise(admit, { userId, headers });
};

/** Traces each turn, from when it no longer waits for other turns of its user. */
export function tracedTurns(turns: TurnQueue): TurnQueue {
  return {
    run<T>(userId: string, work: () => Promise<T>): Promise<T> {
      if (!turnChannel.hasSubscribers) return turns.run(userId, work);
      const traced = (): Promise<T> => turnChannel.tracePromise(work, { userId });
      // The turn before it starts a waiting turn, which would run in the context of that one.
      return turns.run(userId, AsyncResource.bind(traced));
    },
  };
}

/** Traces each reply, until its last chunk. */
export function tracedAssistant(assistant: Assistant): Assistant {
  const traced: Pick<Assistant, 'reply'> = {
    reply(request) {
      if (!assistantChannel.hasSubscribers) return assistant.reply(request);
      const message: TracedWork = { userId: request.userId };
      const reply = (): ReturnType<Assistant['reply']> => assistant.reply(request);
      let result: ReturnType<Assistant['reply']>;
      try {
        result = assistantChannel.start.runStores(message, reply);
      } catch (error) {
        end(message, error);
        throw error;
      } finally {
        assistantChannel.end.publish(message);
      }
      if (!isAsyncIterable(result)) {
        // In JavaScript an assistant may return anything.
        Promise.resolve(result).then(
          () => end(message),
          (error: unknown) => end(message, error),
        );
        return result;
      }
      return tracedChunks(result, message);
    },
  };
  // The number of context messages may change.
  return Object.defineProperty(traced, 'contextMessages', {
    get: () => assistant.contextMessages,
  }) as Assistant;
}

function tracedChunks<Chunks extends AsyncIterable<string>>(
  chunks: Chunks,
  message: TracedWork,
): Chunks {
  const iterate = (): AsyncIterator<string> => {
    const iterator = chunks[Symbol.asyncIterator]();
    return {
      async next() {
        try {
          const step = await iterator.next();
          if (step.done === true) end(message);
          return step;
        } catch (error) {
          end(message, error);
          throw error;
        }
      },
      async return(value) {
        end(message);
        return (await iterator.return?.(value)) ?? { done: true, value };
      },
    };
  };
  return { [Symbol.asyncIterator]: iterate } as Chunks;
}

function end(message: TracedWork, error?: unknown): void {
  if (error !== undefined) {
    message.error = error;
    assistantChannel.error.publish(message);
  }
  assistantChannel.asyncStart.publish(message);
  assistantChannel.asyncEnd.publish(message);
}
