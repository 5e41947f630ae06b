import * as z from 'zod/mini';
import { AssistantEndpointError } from './assistant-endpoint-error.js';

const Said = z.nullish(z.object({ content: z.nullish(z.string()) }));

/** What we read of an answer, whole (`message`) or a part of it (`delta`); servers add much to it. */
const Chunk = z.object({
  choices: z.nullish(
    z.array(
      z.object({
        index: z.nullish(z.number()),
        delta: Said,
        message: Said,
        finish_reason: z.nullish(z.string()),
      }),
    ),
  ),
  error: z.nullish(z.unknown()),
});

const Failure = z.object({
  message: z.string(),
  code: z.nullish(z.union([z.string(), z.number()])),
});

export interface Part {
  readonly text: string;
  /** Why the model stopped, in the last part. */
  readonly finishReason: string | undefined;
}

/** @throws {AssistantEndpointError} when it is not what OpenAI describes, or tells of a failure */
export function readPart(json: string, secret: string | undefined): Part {
  const parsed = Chunk.safeParse(parse(json));
  if (!parsed.success) {
    throw new AssistantEndpointError(
      "The assistant's endpoint sent something else than a chat completion.",
    );
  }
  const failure = failureOf(parsed.data, secret);
  if (failure !== undefined) {
    throw new AssistantEndpointError(`The assistant's endpoint failed: ${failure.message}`);
  }
  // A chunk without choices counts tokens.
  const choice = parsed.data.choices?.find(({ index }) => (index ?? 0) === 0);
  return {
    text: choice?.delta?.content ?? choice?.message?.content ?? '',
    finishReason: choice?.finish_reason ?? undefined,
  };
}

/** The failure that a body or a chunk tells of, in words that are fit for a log. */
export function failureIn(
  json: string,
  secret: string | undefined,
): { message: string; code: string | undefined } | undefined {
  const body = parse(json);
  return typeof body === 'object' && body !== null ? failureOf(body, secret) : undefined;
}

function failureOf(body: object, secret: string | undefined) {
  const error = 'error' in body ? body.error : undefined;
  if (error === undefined || error === null) return undefined;
  const known = Failure.safeParse(typeof error === 'string' ? { message: error } : error);
  if (!known.success) return { message: 'it does not say why.', code: undefined };
  return {
    message: fitForLogs(known.data.message, secret),
    code: known.data.code == null ? undefined : String(known.data.code),
  };
}

const sentenceMaxLength = 300;

function fitForLogs(text: string, secret: string | undefined): string {
  const safe = secret === undefined ? text : text.replaceAll(secret, '[key]');
  const line = safe.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
  return line.length > sentenceMaxLength ? `${line.slice(0, sentenceMaxLength)}…` : line;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
