import { isIP } from 'node:net';
import type { FastifyServerOptions } from 'fastify';

/**
 * Fastify's option from ours.
 * @throws TypeError for `true`, which would let any caller choose its own address, and for what is no list or count.
 */
export function toTrustProxy(
  trusted: number | readonly string[] | undefined,
): NonNullable<FastifyServerOptions['trustProxy']> {
  if (trusted === undefined) return false;
  if (Array.isArray(trusted) && trusted.every(isProxy)) return [...trusted];
  if (typeof trusted === 'number' && Number.isInteger(trusted) && trusted >= 0) {
    return (_address: string, hop: number) => hop < trusted;
  }
  throw new TypeError(
    'Option "trustProxy" must be the number of proxies before the server, or a list of their addresses and networks, such as "10.0.0.0/8".',
  );
}

/** An address, a network, or one of the names that `proxy-addr` gives to some. */
export function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', bits, more] = String(entry).split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  // Not 0, which would trust everybody.
  const isLength = /^[1-9]\d{0,2}$/.test(bits ?? '');
  return bits === undefined || (isLength && Number(bits) <= (version === 4 ? 32 : 128));
}
