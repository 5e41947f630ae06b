import { headers, httpExtensions } from '../extensions.js';
import { defaults } from '../limits.js';
import type { Layer } from '../routes.js';

interface HeaderText {
  readonly name: string;
  readonly layer: Layer;
  readonly description: string;
  readonly schema: object;
  readonly example: string | number;
  /** Whether an answer that may carry the header always does. */
  readonly required?: boolean;
}

/** Headers of answers, by the name of their component. */
const responseHeaders = {
  RequestId: {
    name: headers.requestId,
    layer: 'core',
    description: "The caller's own id of the request when it sent a sane one, else a new one.",
    schema: { type: 'string' },
    example: 'req-7c3e9d53',
  },
  Extensions: {
    name: headers.extensions,
    layer: 'extension',
    description: 'The extensions of the protocol that this backend has, separated by commas.',
    schema: { type: 'string' },
    example: httpExtensions.join(', '),
  },
  RetryAfter: {
    name: headers.retryAfter,
    layer: 'core',
    description: 'Whole seconds after which the call will be taken.',
    schema: { type: 'integer', minimum: 0 },
    example: 12,
    required: true,
  },
  WwwAuthenticate: {
    name: 'WWW-Authenticate',
    layer: 'core',
    description: 'The scheme to authenticate with.',
    schema: { type: 'string' },
    example: 'Bearer',
    required: true,
  },
  IdempotencyReplayed: {
    name: headers.idempotencyReplayed,
    layer: 'extension',
    description: '`true` when this answer was given before and nothing new was stored.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  PreferenceApplied: {
    name: headers.preferenceApplied,
    layer: 'extension',
    description: 'The preference that was followed.',
    schema: { type: 'string', enum: ['return=minimal'] },
    example: 'return=minimal',
  },
} as const satisfies Record<string, HeaderText>;
export type ResponseHeader = keyof typeof responseHeaders;

/** Headers of calls, by the name of their component. */
const requestHeaders = {
  RequestIdParameter: {
    name: headers.requestId,
    layer: 'core',
    description:
      'An id of your own for this request, kept in the answer and the logs when it has 1 to 128 letters, digits and `._:-`.',
    schema: { type: 'string' },
    example: 'req-7c3e9d53',
  },
  IdempotencyKey: {
    name: headers.idempotencyKey,
    layer: 'extension',
    description:
      'Makes a repeat safe: for 24 hours the same key gives the first answer again and stores nothing. With another message it is a 400.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: defaults.idempotencyKeyMaxLength,
      pattern: '^[\\x20-\\x7e]+$',
    },
    example: '0d9a3c56-6f0f-4f0e-8f1e-0c7a6c1f7a55',
  },
  Prefer: {
    name: headers.prefer,
    layer: 'extension',
    description: '`return=minimal` asks for the two new messages instead of the whole session.',
    schema: { type: 'string' },
    example: 'return=minimal',
  },
} as const satisfies Record<string, HeaderText>;
export type RequestHeader = keyof typeof requestHeaders;

/** `components.headers`. */
export function headerComponents(): object {
  return Object.fromEntries(
    Object.entries(responseHeaders).map(([name, header]: [string, HeaderText]) => [
      name,
      {
        description: header.description,
        ...(header.required ? { required: true } : {}),
        schema: header.schema,
        example: header.example,
        'x-layer': header.layer,
      },
    ]),
  );
}

/** `components.parameters`. */
export function parameterComponents(): object {
  return Object.fromEntries(
    Object.entries(requestHeaders).map(([component, header]: [string, HeaderText]) => [
      component,
      {
        name: header.name,
        in: 'header',
        description: header.description,
        schema: header.schema,
        example: header.example,
        'x-layer': header.layer,
      },
    ]),
  );
}

/** The `headers` of an answer, as references. */
export function headerReferences(names: readonly ResponseHeader[]): object {
  return Object.fromEntries(
    names.map((name) => [responseHeaders[name].name, { $ref: `#/components/headers/${name}` }]),
  );
}
