import { headers, httpExtensions, type Layer, serverHeaders } from '../extensions.js';
import { protocolDefaults } from '../limits.js';

interface HeaderSpec {
  readonly name: string;
  readonly layer: Layer;
  readonly description: string;
  readonly schema: object;
  readonly example: string | number;
  /** Whether a response that may have this header always has it. */
  readonly required?: boolean;
}

/** Response headers by the name of their component. */
const responseHeaders = {
  RequestId: {
    name: headers.requestId,
    layer: 'core',
    description: "The client's own request id when it is valid, otherwise a new one.",
    schema: { type: 'string' },
    example: 'req-7c3e9d53',
  },
  Extensions: {
    name: headers.extensions,
    layer: 'extension',
    description: 'The protocol extensions of this backend, separated by commas.',
    schema: { type: 'string' },
    example: httpExtensions.join(', '),
  },
  RetryAfter: {
    name: headers.retryAfter,
    layer: 'core',
    description: 'The client may repeat the request after this number of seconds.',
    schema: { type: 'integer', minimum: 0 },
    example: 12,
    required: true,
  },
  WwwAuthenticate: {
    name: 'WWW-Authenticate',
    layer: 'core',
    description: 'The authentication scheme.',
    schema: { type: 'string' },
    example: 'Bearer',
    required: true,
  },
  IdempotencyReplayed: {
    name: serverHeaders.idempotencyReplayed,
    layer: 'extension',
    description: '`true` when this response repeats an earlier one and nothing new was stored.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  PreferenceApplied: {
    name: serverHeaders.preferenceApplied,
    layer: 'extension',
    description: 'The preference that the server applied.',
    schema: { type: 'string', enum: ['return=minimal'] },
    example: 'return=minimal',
  },
} as const satisfies Record<string, HeaderSpec>;
export type ResponseHeader = keyof typeof responseHeaders;

/** Request headers by the name of their component. */
const requestHeaders = {
  RequestIdParameter: {
    name: headers.requestId,
    layer: 'core',
    description:
      'Your own id for this request: 1 to 128 letters, digits and `._:-`. A valid one is returned in the response and written to the logs.',
    schema: { type: 'string' },
    example: 'req-7c3e9d53',
  },
  IdempotencyKey: {
    name: headers.idempotencyKey,
    layer: 'extension',
    description:
      'Makes a repeated request safe: for 24 hours the same key returns the first response again and stores nothing. The same key with another message is a 400.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: protocolDefaults.idempotencyKeyMaxLength,
      pattern: '^[\\x20-\\x7e]+$',
    },
    example: '0d9a3c56-6f0f-4f0e-8f1e-0c7a6c1f7a55',
  },
  Accept: {
    name: 'Accept',
    layer: 'extension',
    description:
      '`text/event-stream` requests the reply as server-sent events; a backend without the `stream` extension responds with JSON.',
    schema: { type: 'string' },
    example: 'text/event-stream',
  },
  Prefer: {
    name: headers.prefer,
    layer: 'extension',
    description: '`return=minimal` requests the two new messages instead of the whole session.',
    schema: { type: 'string' },
    example: 'return=minimal',
  },
} as const satisfies Record<string, HeaderSpec>;
export type RequestHeader = keyof typeof requestHeaders;

/** `components.headers`. */
export function headerComponents(): object {
  return mapValues(responseHeaders, ({ description, required, schema, example, layer }) => ({
    description,
    ...(required && { required }),
    schema,
    example,
    'x-layer': layer,
  }));
}

/** `components.parameters`. */
export function parameterComponents(): object {
  return mapValues(requestHeaders, ({ name, description, schema, example, layer }) => ({
    name,
    in: 'header',
    description,
    schema,
    example,
    'x-layer': layer,
  }));
}

/** The `headers` of a response, as references. */
export function headerReferences(names: readonly ResponseHeader[]): object {
  return Object.fromEntries(
    names.map((name) => [responseHeaders[name].name, { $ref: `#/components/headers/${name}` }]),
  );
}

function mapValues(table: Record<string, HeaderSpec>, map: (spec: HeaderSpec) => object): object {
  return Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, map(spec)]));
}
