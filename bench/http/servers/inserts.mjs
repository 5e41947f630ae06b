// The two inserts of a turn in a loop, with our tables and settings: the cost of the disk and SQLite without a chat.
// The response to `{ turns, together }` is the time in milliseconds.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { serve } from '../../serve.mjs';

// The driver of the server.
const fromServer = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
const { DatabaseSync } = fromServer('@photostructure/sqlite');

const db = new DatabaseSync(process.env.BENCH_FILE);
for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 4000']) {
  db.exec(`PRAGMA ${setting}`);
}
const insert = db.prepare(
  `INSERT INTO messages (user_id, seq, id, session_id, session_seq, role, content, timestamp, delivered)
   VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
);
let seq = 0;

function store(users, role) {
  db.exec('BEGIN IMMEDIATE');
  for (let user = 0; user < users; user += 1) {
    const id = `insert-${user}`;
    insert.run(id, seq, randomUUID(), id, seq, role, process.env.BENCH_CONTENT, Date.now());
  }
  db.exec('COMMIT');
}

serve({}, async ({ turns, together }) => {
  const started = performance.now();
  for (let done = 0; done < turns; done += together) {
    // Not in one commit: the message is on the disk before its reply.
    for (const role of ['user', 'assistant']) {
      seq += 1;
      store(together, role);
    }
  }
  return performance.now() - started;
});
