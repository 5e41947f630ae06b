/**
 * Matches exactly this URL, for MSW. MSW treats a string as a case-insensitive pattern with special characters (`:`, `*`),
 * which a path prefix may contain.
 *
 * @param below whether paths below the URL match too
 */
export function urlPattern(url: string, below = false): RegExp {
  const literal = url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal}${below ? '(?:/.*)?' : ''}$`);
}
