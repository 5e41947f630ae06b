// The two inserts of a chat's turn in a loop, in our tables and with our settings: what the disk and SQLite cost
// before there is a chat. Asked for `{ turns, together }` it answers when they are stored, in milliseconds.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { serve } from '../../serve.mjs';

// The server's own driver, found from where the server finds it.
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
    // Not in one commit: a question is safe on the disk before it is answered.
    for (const role of ['user', 'assistant']) {
      seq += 1;
      store(together, role);
    }
  }
  return performance.now() - started;
});
