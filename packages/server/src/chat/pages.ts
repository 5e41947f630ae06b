import type { SeqRange } from './store.js';

/**
 * Which of the numbers 1 to `total` stand on a page; `undefined` when none does. Numbers have no gaps,
 * so a page is a range whatever its number is.
 */
export function pageRange(
  total: number,
  page: number,
  pageSize: number,
  order: 'asc' | 'desc',
): SeqRange | undefined {
  const before = (page - 1) * pageSize;
  if (before >= total) return undefined;
  if (order === 'asc') return { from: before + 1, to: Math.min(total, before + pageSize) };
  const to = total - before;
  return { from: Math.max(1, to - pageSize + 1), to };
}
