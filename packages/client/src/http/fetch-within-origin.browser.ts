import type * as node from './fetch-within-origin.js';

/**
 * Replaces `fetch-within-origin.ts` in builds for browsers. They hide the target of a redirect, so it cannot be followed
 * without the risk that it leads to another origin.
 */
export const fetchWithinOrigin: typeof node.fetchWithinOrigin = async (fetch, url, init) => {
  const response = await fetch(url, init);
  return [
    response,
    { refusal: response.type === 'opaqueredirect' ? 'a page cannot follow redirects.' : undefined },
  ];
};
