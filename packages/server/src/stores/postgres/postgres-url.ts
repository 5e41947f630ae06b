/**
 * Parses a PostgreSQL URL as node-postgres does. A Unix socket is the parameter `host` or a percent-encoded host.
 * @returns undefined when the URL is invalid
 */
function parsePostgresUrl(text: string): URL | undefined {
  // URL does not accept a user without a host, which is valid with a Unix socket.
  const standard = text.replace(/^(\w+:\/\/[^@/?#]+@)\//, '$1localhost/');
  if (!URL.canParse(standard)) return undefined;
  const url = new URL(standard);
  if (!/^postgres(?:ql)?:$/.test(url.protocol)) return undefined;
  // A "/", "?" or "#" in a password ends the host too early: its rest would be shown as the name of the database.
  const rest = url.pathname + (url.searchParams.has('password') ? '' : url.search);
  return rest.includes('@') || url.hash !== '' || !hasValidParts(text, url) ? undefined : url;
}

const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/** What node-postgres would ignore, or could only fail with later. */
function hasValidParts(text: string, { host, pathname, searchParams }: URL): boolean {
  const port = searchParams.get('port') ?? '1';
  return (
    // node-postgres reads an address with a space as the name of a database.
    !/\s/.test(text) &&
    (host !== '' || searchParams.has('host') || pathname.length > 1) &&
    /^\d{1,5}$/.test(port) &&
    Number(port) <= 65_535 &&
    sslModes.includes(searchParams.get('sslmode') ?? 'disable')
  );
}

export function isPostgresUrl(text: string): boolean {
  return parsePostgresUrl(text) !== undefined;
}

/** For messages; without the user and the password. */
export function describePostgresUrl(text: string): string {
  const url = parsePostgresUrl(text);
  const name = url?.pathname.slice(1) ?? '';
  const host = url?.searchParams.get('host') ?? decodeURIComponent(url?.host ?? '');
  return `the database "${name}" at ${host}`;
}
