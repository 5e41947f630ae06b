import { openPostgresStore } from '../postgres/postgres-store.js';
import { openSqliteStore } from '../sqlite/sqlite-store.js';
import { appendMessage } from './append-message.js';

// A process that tests start and kill: it prints a line for each acknowledged write.

const [task, where = '', name = ''] = process.argv.slice(2);
const store = where.startsWith('postgres:')
  ? await openPostgresStore({ url: where })
  : await openSqliteStore({ path: where });

if (task === 'add-user') {
  const added = await store.addUser({ id: name, username: name, passwordHash: '' });
  console.log(added ? `added ${name}` : `taken ${name}`);
  await store.close();
} else {
  const users = Array.from({ length: 8 }, (_, index) => `user-${index}`);
  await Promise.all(users.map(writeForever));
}

async function writeForever(userId: string): Promise<never> {
  for (;;) {
    const message = await store.transaction(userId, (tx) => {
      const { seq, id } = appendMessage(tx, { userId, content: 'stored?' });
      tx.saveIdempotencyRecord({ userId, key: id, userSeq: seq, createdAt: seq });
      return { seq, id };
    });
    console.log(`${userId} ${message.seq} ${message.id}`);
  }
}
