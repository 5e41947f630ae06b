import { isIP } from 'node:net';
import { option } from './assert-options.js';

/** The number of proxies in front of the server, or their addresses and networks. */
export type TrustedProxies = number | readonly string[];

/** `true` is invalid, because it would let every caller choose its own address. */
export const trustedProxies = option<TrustedProxies>(
  'the number of proxies in front of the server, or a list of their addresses and networks, such as "10.0.0.0/8"',
  (value) =>
    Array.isArray(value)
      ? value.every(isTrustedProxy)
      : typeof value === 'number' && Number.isInteger(value) && value >= 0,
);

/** Whether an entry is an address, a network, or a name that the package `proxy-addr` defines. */
function isTrustedProxy(entry: unknown): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry as string)) return true;
  const [address = '', bits, more] = String(entry).split('/');
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  // Not 0, which would trust every address.
  const isLength = /^[1-9]\d{0,2}$/.test(bits ?? '');
  return bits === undefined || (isLength && Number(bits) <= (version === 4 ? 32 : 128));
}
