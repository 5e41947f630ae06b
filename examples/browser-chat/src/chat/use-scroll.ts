import { useEffect, useLayoutEffect, useRef } from 'react';

/** A distance from an edge (in CSS pixels) that still counts as being at the edge. */
const NEAR_PX = 48;

/**
 * Scroll behaviour of a message log:
 * - stays at the end when new messages arrive, and scrolls to the end when the user sends one;
 * - keeps the visible messages in place when older ones are inserted above;
 * - calls `onTop` when the user scrolls to the top.
 */
export function useScroll(
  firstKey: string | undefined,
  lastSentKey: string | undefined,
  onTop: () => unknown,
) {
  const element = useRef<HTMLDivElement>(null);
  const previous = useRef({ firstKey, lastSentKey, height: 0, atEnd: true });

  useLayoutEffect(() => {
    const log = element.current;
    if (log === null) return;
    const { height } = previous.current;
    const hasSent = lastSentKey !== undefined && lastSentKey !== previous.current.lastSentKey;
    const atEnd = previous.current.atEnd || hasSent;
    const isPrepended = previous.current.firstKey !== firstKey && !atEnd;
    if (atEnd) log.scrollTop = log.scrollHeight;
    else if (isPrepended) log.scrollTop += log.scrollHeight - height;
    previous.current = { firstKey, lastSentKey, height: log.scrollHeight, atEnd };
  });

  useEffect(() => {
    const log = element.current;
    if (log === null) return;
    const onScroll = () => {
      previous.current.atEnd = log.scrollTop + log.clientHeight > log.scrollHeight - NEAR_PX;
      if (log.scrollTop < NEAR_PX && log.scrollHeight > log.clientHeight) onTop();
    };
    // The height changes when an on-screen keyboard opens, and when a hidden view is shown again.
    const resizeObserver = new ResizeObserver(() => {
      if (previous.current.atEnd) log.scrollTop = log.scrollHeight;
    });
    log.addEventListener('scroll', onScroll, { passive: true });
    resizeObserver.observe(log);
    return () => {
      log.removeEventListener('scroll', onScroll);
      resizeObserver.disconnect();
    };
  }, [onTop]);

  return element;
}
