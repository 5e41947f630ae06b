/**
 * Whether a page of this origin may open a socket. Browsers always send the origin and a page cannot change it, so
 * another site cannot use a leaked token. Other programs send no origin.
 * @param host the `Host` header; pages of this host are allowed
 * @param allowed further origins; `*` allows all, `https://*.example.com` all subdomains
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes('*')) return true;
  const page = parseOrigin(origin);
  // Sandboxed frames and local files send `null`, which is no origin: it must be in the list.
  if (page === undefined) return allowed.includes(origin);
  // The scheme is not compared: behind a proxy that terminates TLS, the page has https and our request http.
  const ownOrigin = host === undefined ? undefined : parseOrigin(`${page.protocol}//${host}`);
  if (ownOrigin !== undefined && ownOrigin.host === page.host) return true;
  return allowed.some((entry) => matchesOrigin(entry, origin));
}

/**
 * Whether an entry of the list is this origin. An entry such as `https://*.example.com` matches the subdomains of
 * `example.com`, at any depth, and not `example.com` itself.
 */
export function matchesOrigin(entry: string, origin: string): boolean {
  const page = parseOrigin(origin);
  const isWildcard = entry.includes('://*.');
  const listed = parseOrigin(entry.replace('://*.', '://'));
  if (page === undefined || listed === undefined) return entry === origin;
  // Not `url.origin`, which is "null" for every scheme except those of the web: one allowed app would allow all apps.
  if (page.protocol !== listed.protocol) return false;
  return isWildcard ? page.host.endsWith(`.${listed.host}`) : page.host === listed.host;
}

function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.host === '' ? undefined : url;
}
