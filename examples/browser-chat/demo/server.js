import { createChatServer } from '@chat/server';
import { createAssistant, delay } from './assistant.js';
import { limits, user } from './demo-config.js';
import { seedHistory } from './seed-history.js';

/**
 * The real server with the demo assistant, in memory, with a week of conversations. `wait` is called between two words of a
 * reply.
 */
export async function startServer(port = 0, wait = delay) {
  const startTime = Date.now();
  /** The server's time while the history is seeded; afterwards the server uses the system clock. */
  let seedTime = startTime;
  let isSeeding = true;
  const reply = createAssistant((ms) => {
    if (!isSeeding) return wait(ms);
    seedTime += ms;
  });
  const app = await createChatServer({
    users: [user],
    // The whole timetable takes almost a minute.
    limits: { ...limits, assistantTimeoutMs: 600_000 },
    clock: {
      now: () => (isSeeding ? seedTime : Date.now()),
      after(ms, task) {
        const timer = setTimeout(task, Math.min(ms, 2_147_483_647));
        return () => clearTimeout(timer);
      },
    },
    assistant: { reply: ({ messages }) => reply(messages.at(-1)?.content ?? '') },
  });
  const url = await app.listen({ port, host: '127.0.0.1' });
  await seedHistory({
    baseUrl: url,
    now: startTime,
    moveClockTo: (time) => {
      seedTime = time;
    },
    user,
  });
  isSeeding = false;
  return { url, close: () => app.close() };
}
