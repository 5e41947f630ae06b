/** Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
const withPort = /^"?(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?"?$/;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/**
 * The rate limit key of an address. One household or machine usually has a whole IPv6 /64 and may use any address in it,
 * so the key is the first four groups. An IPv4 address in IPv6 form (RFC 4291, 2.5.5.2) has the key of the IPv4 address.
 */
export function addressKey(address: string): string {
  const bare = address.replace(withPort, '$1$2').replace(/%.*$/, '').toLowerCase();
  if (!bare.includes(':')) return bare;
  const groups = ipv6Groups(bare);
  if (groups === undefined) return bare;
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

function ipv6Groups(address: string): number[] | undefined {
  const [head = '', tail, more] = address.split('::');
  if (more !== undefined) return undefined;
  const before = readGroups(head);
  const after = readGroups(tail ?? '');
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  return [...before, ...new Array<number>(missing).fill(0), ...after];
}

function readGroups(text: string): number[] | undefined {
  const groups: number[] = [];
  for (const part of text === '' ? [] : text.split(':')) {
    if (ipv4.test(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (/^[\da-f]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}
