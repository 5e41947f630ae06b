import type { FetchInit, FetchLike, FetchResponse } from '../types/platform.js';

const redirectStatuses = [301, 302, 303, 307, 308];
const maxRedirects = 10;
const elsewhere = 'the client follows redirects only within an origin.';

export interface RedirectOutcome {
  /** For error messages: the last URL that a redirect led to. */
  readonly note?: string;
  /** Why that redirect was not followed, or its response must not be used. */
  readonly refusal?: string | undefined;
}

/**
 * Sends the request and follows redirects within its origin. `fetch` itself would send the body, with a password or a
 * message, and the headers of the application to any origin.
 */
export async function fetchWithinOrigin(
  fetch: FetchLike,
  firstUrl: string,
  firstInit: FetchInit,
): Promise<[FetchResponse, RedirectOutcome]> {
  let url = firstUrl;
  let init = firstInit;
  let outcome: RedirectOutcome = {};
  for (let count = 0; ; count += 1) {
    const response = await fetch(url, init);
    const { status, type, redirected } = response;
    if (type === 'opaqueredirect') {
      return [response, { refusal: 'a page cannot follow redirects.' }];
    }
    const location = redirectStatuses.includes(status) ? response.headers.get('location') : null;
    // A `fetch` of the application may follow redirects by itself.
    const next = location ?? (redirected && response.url);
    if (!next) return [response, outcome];
    const target = new URL(next, url);
    outcome = { note: redirectNote(target) };
    if (target.origin !== new URL(url).origin) {
      return [response, { ...outcome, refusal: elsewhere }];
    }
    if (location === null || count === maxRedirects) return [response, outcome];
    (response.body as ReadableStream | undefined)?.cancel?.().catch(() => {});
    url = target.href;
    // As the Fetch standard does.
    if (status === 303 || (status < 303 && init.method === 'POST')) {
      const { body: _, ...rest } = init;
      init = { ...rest, method: 'GET' };
    }
  }
}

/** A redirect may drop the body of a POST: without this note the error that follows is misleading. */
function redirectNote({ href }: URL): string {
  const [baseUrl] = href.split(/\/api\/v1\/|[?#]/);
  return ` (redirected to ${baseUrl}: is that the correct "baseUrl"?)`;
}
