import { createChatServer } from '@chat/server';
import { createDesk, realPause } from './desk.js';
import { limits, user } from './house-rules.js';
import { livePast } from './past.js';

/** The real server with the desk as its assistant, in memory, and a week behind it. */
export async function startServer(port = 0) {
  const begin = Date.now();
  /** While the past is lived through, the time; then the machine's own clock goes on. */
  let moment = begin;
  let isPast = true;
  const answer = createDesk((ms) => {
    if (!isPast) return realPause(ms);
    moment += ms;
  });
  const app = await createChatServer({
    users: [user],
    limits,
    clock: {
      now: () => (isPast ? moment : Date.now()),
      after(ms, task) {
        const timer = setTimeout(task, Math.min(ms, 2_147_483_647));
        return () => clearTimeout(timer);
      },
    },
    assistant: { reply: ({ messages }) => answer(messages.at(-1)?.content ?? '') },
  });
  const url = await app.listen({ port, host: '127.0.0.1' });
  await livePast({
    baseUrl: url,
    now: begin,
    moveClockTo: (time) => {
      moment = time;
    },
    user,
  });
  isPast = false;
  return { url, close: () => app.close() };
}
