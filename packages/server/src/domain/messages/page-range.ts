import type { MessageRange } from '../ports/store.js';

/**
 * The range of the numbers 1 to `total` on a page, or `undefined` for an empty page. Numbers have no gaps, so every page
 * is a range and costs the same.
 */
export function pageRange(
  total: number,
  page: number,
  pageSize: number,
  order: 'asc' | 'desc',
): MessageRange | undefined {
  const offset = (page - 1) * pageSize;
  if (offset >= total) return undefined;
  if (order === 'asc') return { from: offset + 1, to: Math.min(total, offset + pageSize) };
  const to = total - offset;
  return { from: Math.max(1, to - pageSize + 1), to };
}
