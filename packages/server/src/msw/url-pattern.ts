/**
 * Matches this URL to the letter, for MSW. As a text it would be a pattern in which case does not
 * count and `:` and `*` mean something, and a prefix may contain any of these.
 *
 * @param below whether what is below the URL matches too
 */
export function urlPattern(url: string, below = false): RegExp {
  const literal = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal}${below ? '(?:/.*)?' : ''}$`);
}
