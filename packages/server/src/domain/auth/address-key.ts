/** Some proxies add the port: `192.0.2.1:1234`, `[2001:db8::1]:1234`. */
const withPort = /^"?(?:\[([^\]]*)\]|([\d.]+))(?::\d+)?"?$/;
const ipv6Characters = /^[\da-f:.]*:[\da-f:.]*$/;
/** As a URL contains it. */
const ipv4InIpv6 = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/;

/**
 * The rate limit key of an address. One household or machine usually has a whole IPv6 /64 and may use any address in it,
 * so the key is the first four groups. An IPv4 address in IPv6 form (RFC 4291, 2.5.5.2) has the key of the IPv4 address.
 */
export function addressKey(address: string): string {
  const bare = address.replace(withPort, '$1$2').replace(/%.*$/, '').toLowerCase();
  const url = `http://[${bare}]`;
  if (!ipv6Characters.test(bare) || !URL.canParse(url)) return bare;
  // Without leading zeros, and with `::` for the longest series of zeros.
  const { hostname } = new URL(url);
  const ipv4 = ipv4InIpv6
    .exec(hostname)
    ?.slice(1)
    .map((group) => Number.parseInt(group, 16));
  if (ipv4 !== undefined) return ipv4.flatMap((group) => [group >> 8, group & 0xff]).join('.');
  const [before = [], after = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.match(/[^:]+/g) ?? []);
  const zeros = new Array<string>(8 - before.length - after.length).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
