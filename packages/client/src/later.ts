/** Beyond this a timer fires at once (HTML, Node); 25 days are as good as never. */
const LONGEST_MS = 2_147_483_647;

/** Runs `task` once, after `ms`. The timer functions are looked up now, because a test may have replaced them. */
export function later(task: () => void, ms: number): ReturnType<typeof setTimeout> {
  return setTimeout(task, Math.min(ms, LONGEST_MS));
}
