/**
 * Parses a PostgreSQL URL as node-postgres does. A Unix socket is the parameter `host` or a percent-encoded host.
 * @returns undefined when the URL is invalid, apart from its parameters
 */
function parsePostgresUrl(text: string): URL | undefined {
  // URL does not accept a user without a host, which is valid with a Unix socket.
  const standard = text.replace(/^(\w+:\/\/[^@/?#]+@)\//, '$1localhost/');
  // node-postgres reads an address with a space as the name of a database.
  if (/\s/.test(text) || !URL.canParse(standard)) return undefined;
  const url = new URL(standard);
  if (!/^postgres(?:ql)?:$/.test(url.protocol)) return undefined;
  const { hash, host, pathname, search, searchParams } = url;
  if (host === '' && !searchParams.has('host') && pathname.length <= 1) return undefined;
  // A "/", "?" or "#" in a password ends the host too early: its rest would be shown as the name of the database.
  const rest = pathname + (searchParams.has('password') ? '' : search);
  return rest.includes('@') || hash !== '' ? undefined : url;
}

const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const maxPort = 65_535;

/** The parameters that node-postgres would ignore, or could only fail with later, when they are invalid. */
const parameters = [
  {
    name: 'sslmode',
    expected: `one of ${sslModes.join(', ')}`,
    isValid: (value: string) => sslModes.includes(value),
  },
  {
    name: 'port',
    expected: `a number from 1 to ${maxPort}`,
    isValid: (value: string) =>
      /^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= maxPort,
  },
];

/** Completes "an address whose parameter …". Undefined when the parameters are valid, or not the problem. */
export function explainInvalidParameter(text: string): string | undefined {
  const url = parsePostgresUrl(text);
  const invalid = parameters.find(({ name, isValid }) => {
    // node-postgres uses the last one.
    const values = url?.searchParams.getAll(name) ?? [];
    return !values.every(isValid);
  });
  return invalid && `${invalid.name} is ${invalid.expected}`;
}

export function isPostgresUrl(text: string): boolean {
  return parsePostgresUrl(text) !== undefined && explainInvalidParameter(text) === undefined;
}

/** For messages; without the user and the password. */
export function describePostgresUrl(text: string): string {
  const url = parsePostgresUrl(text);
  const name = url?.pathname.slice(1) ?? '';
  const host = url?.searchParams.get('host') ?? decodeURIComponent(url?.host ?? '');
  return `the database "${name}" at ${host}`;
}
