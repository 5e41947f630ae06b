// The two inserts of a turn in a loop: the cost of the disk and SQLite without a chat.
// The response to `{ turns, together }` is the time in milliseconds.
import { serve } from '../../serve.mjs';
import { openInserts } from './message-inserts.mjs';

const store = openInserts(process.env.BENCH_FILE);
const content = process.env.BENCH_CONTENT;
let seq = 0;

serve({}, async ({ turns, together }) => {
  const started = performance.now();
  const users = Array.from({ length: together }, (_, index) => `insert-${index}`);
  for (let done = 0; done < turns; done += together) {
    // Not in one commit: the message is on the disk before its reply.
    for (const role of ['user', 'assistant']) {
      seq += 1;
      store(
        users.map((user) => ({ user, role, content })),
        seq,
      );
    }
  }
  return performance.now() - started;
});
