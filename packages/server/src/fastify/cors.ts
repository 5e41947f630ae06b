import { headers } from '@chat/contract';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const preflightMaxAgeSeconds = 600;
const exposedHeaders = [
  headers.extensions,
  headers.idempotencyReplayed,
  headers.preferenceApplied,
  headers.requestId,
  headers.retryAfter,
];

/** Lets pages of these origins call and read what the protocol puts into headers. */
export async function allowOrigins(
  scope: FastifyInstance,
  origins: readonly string[],
): Promise<void> {
  await scope.register(cors, {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders: [
      'Authorization',
      'Content-Type',
      headers.idempotencyKey,
      headers.prefer,
      headers.requestId,
      // W3C Trace Context: pages that are traced send them with every call.
      'traceparent',
      'tracestate',
    ],
    exposedHeaders,
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  });
}

/** What lets a page of an allowed origin read an answer that is given outside of the plugin's reach. */
export function readableBy(
  origins: readonly string[],
  origin: string | undefined,
): Record<string, string> {
  if (origin === undefined || !(origins.includes(origin) || origins.includes('*'))) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposedHeaders.join(', '),
    Vary: 'Origin',
  };
}
