// Inserts into our tables, with our driver and settings.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

// The driver of the server.
const fromServer = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
const { DatabaseSync } = fromServer('@photostructure/sqlite');

/** Returns a function that stores messages in one commit. */
export function openInserts(file) {
  const db = new DatabaseSync(file);
  for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'wal_autocheckpoint = 4000']) {
    db.exec(`PRAGMA ${setting}`);
  }
  const insert = db.prepare(
    `INSERT INTO messages (user_id, seq, id, session_id, session_seq, role, content, timestamp, delivered)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
  );
  /** @param messages {{ user: string, role: string, content: string }[]} */
  return (messages, seq) => {
    db.exec('BEGIN IMMEDIATE');
    for (const { user, role, content } of messages) {
      insert.run(user, seq, randomUUID(), user, seq, role, content, Date.now());
    }
    db.exec('COMMIT');
  };
}
