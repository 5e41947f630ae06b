import type { FastifyInstance } from 'fastify';
import { allowedHeaders, exposedHeaders, preflightMaxAgeSeconds } from '../../domain/http/cors.js';
import { isOriginAllowed, matchesOrigin } from '../../domain/sockets/origin.js';

/** Lets pages of these origins call the API and read the headers of the protocol. */
export async function allowOrigins(
  scope: FastifyInstance,
  origins: readonly string[],
): Promise<void> {
  // Most servers allow no other origins, and start without this package.
  const { default: cors } = await import('@fastify/cors');
  await scope.register(cors, {
    origin: origins.map((entry) => (entry.includes('://*.') ? subdomainPattern(entry) : entry)),
    methods: ['GET', 'HEAD', 'POST'],
    allowedHeaders,
    exposedHeaders,
    maxAge: preflightMaxAgeSeconds,
    strictPreflight: false,
  });
}

/** A caller that sends many origins must not flood the log. */
const maxLoggedOrigins = 100;
const maxLoggedLength = 200;

/** Logs each origin that is not allowed once: a page sees only that its call failed, and its developer looks here. */
export function logRejectedOrigins(scope: FastifyInstance, origins: readonly string[]): void {
  const logged = new Set<string>();
  scope.addHook('onRequest', (request, _reply, done) => {
    const origin = request.headers.origin?.slice(0, maxLoggedLength);
    if (
      origin !== undefined &&
      logged.size < maxLoggedOrigins &&
      !logged.has(origin) &&
      !isOriginAllowed(origin, request.host, origins)
    ) {
      logged.add(origin);
      request.log.warn(
        { origin },
        'Pages of this origin are rejected. To allow them, add it to corsOrigins (CHAT_CORS_ORIGIN).',
      );
    }
    done();
  });
}

/** CORS headers for responses that are sent before the CORS plugin runs. */
export function corsHeadersFor(
  origins: readonly string[],
  origin: string | undefined,
): Record<string, string> {
  const isAllowed = (entry: string) =>
    entry === '*' || (origin !== undefined && matchesOrigin(entry, origin));
  if (origin === undefined || !origins.some(isAllowed)) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': exposedHeaders.join(', '),
    Vary: 'Origin',
  };
}

/** `https://*.example.com` as an expression. */
function subdomainPattern(entry: string): RegExp {
  const [scheme, host] = entry.split('://*.').map((part) => part.replace(/[.+]/g, '\\$&'));
  return new RegExp(`^${scheme}://[^/?#@:]+\\.${host}$`);
}
