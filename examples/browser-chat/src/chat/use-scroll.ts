import { useEffect, useLayoutEffect, useRef } from 'react';

/** So near to an end counts as being there. */
const NEAR_PX = 48;

/**
 * Keeps a scrolled element at its end while one is there, goes there when one says something, and keeps what
 * one reads in its place when older things are put before it; asks for those when one comes to the top.
 */
export function useScroll(
  firstKey: string | undefined,
  saidKey: string | undefined,
  onTop: () => unknown,
) {
  const element = useRef<HTMLDivElement>(null);
  const before = useRef({ firstKey, saidKey, height: 0, atEnd: true });

  useLayoutEffect(() => {
    const log = element.current;
    if (log === null) return;
    const { height } = before.current;
    const isSaid = saidKey !== undefined && saidKey !== before.current.saidKey;
    const atEnd = before.current.atEnd || isSaid;
    const isPrepended = before.current.firstKey !== firstKey && !atEnd;
    if (atEnd) log.scrollTop = log.scrollHeight;
    else if (isPrepended) log.scrollTop += log.scrollHeight - height;
    before.current = { firstKey, saidKey, height: log.scrollHeight, atEnd };
  });

  useEffect(() => {
    const log = element.current;
    if (log === null) return;
    const scrolled = () => {
      before.current.atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - NEAR_PX;
      if (log.scrollTop < NEAR_PX && log.scrollHeight > log.clientHeight) onTop();
    };
    // A keyboard that comes up, and a view that is shown again, change its height.
    const resized = new ResizeObserver(() => {
      if (before.current.atEnd) log.scrollTop = log.scrollHeight;
    });
    log.addEventListener('scroll', scrolled, { passive: true });
    resized.observe(log);
    return () => {
      log.removeEventListener('scroll', scrolled);
      resized.disconnect();
    };
  }, [onTop]);

  return element;
}
