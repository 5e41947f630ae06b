import type { FastifyServerOptions } from 'fastify';

/**
 * Fastify's option from ours.
 * @throws TypeError for `true`, which would let any caller choose its own address, and for what is no list or count.
 */
export function toTrustProxy(
  trusted: number | readonly string[] | undefined,
): NonNullable<FastifyServerOptions['trustProxy']> {
  if (trusted === undefined) return false;
  if (Array.isArray(trusted)) return [...trusted];
  if (typeof trusted === 'number' && Number.isInteger(trusted) && trusted >= 0) {
    return (_address: string, hop: number) => hop < trusted;
  }
  throw new TypeError(
    'trustProxy must be the number of proxies before the server, or a list of their addresses.',
  );
}
