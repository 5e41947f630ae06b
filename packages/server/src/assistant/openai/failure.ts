import * as z from 'zod/mini';

const Failure = z.object({
  message: z.string(),
  code: z.nullish(z.union([z.string(), z.number()])),
});

export interface Failure {
  /** In words that are fit for a log. */
  readonly message: string;
  readonly code: string | undefined;
}

/** The failure that a body or a part of a stream tells of, in OpenAI's form or Ollama's. */
export function failureIn(body: unknown, secret: string | undefined): Failure | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
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

/** What a text says, or `undefined` when it is no JSON. */
export function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
