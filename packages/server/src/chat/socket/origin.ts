/**
 * Whether a page of this origin may open a socket. A browser always says the origin and a page cannot
 * forge it, so that another site cannot talk with a token that leaked to it; programs say none.
 * @param host the `Host` that was dialled: what a page of our own server names as well
 * @param allowed further origins; `*` is any
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes('*')) return true;
  const page = parseOrigin(origin);
  // Sandboxed frames and files say `null`: no origin at all, so it has to be named to be let in.
  if (page === undefined) return allowed.includes(origin);
  // The scheme is left out: behind a proxy that ends TLS the page says https and we are dialled by http.
  const own = host === undefined ? undefined : parseOrigin(`${page.protocol}//${host}`);
  if (own !== undefined && own.host === page.host) return true;
  // Not by `origin`, which is `null` for every scheme but those of the web: one app's shell would let in all.
  const { protocol, host: site } = page;
  return allowed.some((entry) => {
    const known = parseOrigin(entry);
    return known?.protocol === protocol && known.host === site;
  });
}

function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.host === '' ? undefined : url;
}
