import { ReadableStream as WebStream } from 'node:stream/web';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { Clock } from '../../chat/ports.js';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import { eventStreamOf } from './event-stream.js';
import { failureIn } from './failure.js';
import type { OpenAiSettings } from './options.js';
import type { PromptMessage } from './prompt.js';
import { type Answer, request } from './request.js';

/**
 * What the model says, piece by piece. The library knows the protocol; that the endpoint is asked again, not
 * waited for without end, and not believed whatever it sends, is ours, below it.
 * @throws {AssistantEndpointError} when the answer is none, or not all of it
 */
export async function* piecesOf(
  settings: OpenAiSettings,
  clock: Clock,
  prompt: readonly PromptMessage[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  let answer: Answer | undefined;
  const provider = createOpenAICompatible({
    name: 'assistant',
    baseURL: settings.baseUrl,
    queryParams: settings.query,
    transformRequestBody: ({ model, messages, stream }) => ({
      ...settings.parameters,
      model,
      messages,
      stream,
    }),
    fetch: async (url, init) => {
      answer = await request(settings, String(url), String(init?.body), clock, signal);
      const stream = WebStream.from(eventStreamOf(answer, settings.maxReplyLength));
      // The same class under the name that the DOM's types know.
      return new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>);
    },
  });
  let finished = false;
  try {
    const { stream } = await provider.chatModel(settings.model).doStream({
      prompt: prompt.map((message) =>
        message.role === 'system'
          ? { role: message.role, content: message.content }
          : { role: message.role, content: [{ type: 'text', text: message.content }] },
      ),
      includeRawChunks: true,
    });
    let said = false;
    for await (const part of stream) {
      if (part.type === 'raw') {
        const failure = failureIn(part.rawValue, settings.apiKey);
        if (failure !== undefined) {
          throw new AssistantEndpointError(`The assistant's endpoint failed: ${failure.message}`);
        }
        finished ||= isLast(part.rawValue);
      } else if (part.type === 'text-delta' && part.delta !== '') {
        said ||= part.delta.trim() !== '';
        yield part.delta;
      } else if (part.type === 'error') {
        throw unreadable(part.error);
      } else if (part.type === 'finish' && !said) {
        throw empty(part.finishReason.raw);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    // All was said: how the line ended after that is of no interest.
    if (!finished || isOurs(error)) throw ours(error);
  } finally {
    answer?.patience.end();
  }
}

/** Whether the model says why it stopped, which it does at its end. */
function isLast(chunk: unknown): boolean {
  const { choices } = (chunk ?? {}) as { choices?: readonly { finish_reason?: unknown }[] };
  return Array.isArray(choices) && typeof choices[0]?.finish_reason === 'string';
}

function unreadable(error: unknown): AssistantEndpointError {
  return new AssistantEndpointError(
    error instanceof Error && error.name === 'AI_InvalidResponseDataError'
      ? "The assistant's endpoint ended its answer in the middle."
      : "The assistant's endpoint sent something else than a chat completion.",
  );
}

function empty(reason: string | undefined): AssistantEndpointError {
  const why = reason === undefined ? '' : ` (finish_reason ${JSON.stringify(reason.slice(0, 40))})`;
  return new AssistantEndpointError(`The assistant's endpoint gave an empty answer${why}.`);
}

const isOurs = (error: unknown): boolean => error instanceof AssistantEndpointError;

/** The library wraps what goes wrong below it into errors that show the request, and with it the conversation. */
function ours(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && !isOurs(cause)) cause = cause.cause;
  return cause ?? unreadable(error);
}
