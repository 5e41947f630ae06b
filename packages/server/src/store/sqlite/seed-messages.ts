import { randomBytes } from 'node:crypto';
import { openForWriting } from './open-sqlite.js';

export interface SeedOptions {
  /** The database's file, made when there is none. No store needs to be open. */
  readonly path: string;
  /** A user without messages; the account itself is added with the store's `addUser`. */
  readonly userId: string;
  /** How many messages: a question and an answer in turn. */
  readonly messages: number;
  /**
   * How many messages make a session.
   * @default 40
   */
  readonly perSession?: number;
  /**
   * When the first was written, in milliseconds since the epoch; one follows each second.
   * @default so that the last one is a second old
   */
  readonly startTime?: number;
}

/**
 * Fills a SQLite file with a long history in a few seconds, for benchmarks: about 200,000 messages a
 * second, with counters as sound as those of a history that was really written.
 */
export async function seedMessages(options: SeedOptions): Promise<void> {
  const { path, userId, messages, perSession = 40 } = options;
  const startTime = options.startTime ?? Date.now() - messages * 1_000;
  const connection = await openForWriting(path, 5_000);
  const ids = `${randomBytes(4).toString('hex')}-0000-7000`;
  const run = (query: string, ...parameters: (string | number)[]) =>
    connection.execute({ sql: query, parameters });
  try {
    connection.command('BEGIN IMMEDIATE');
    run(
      `WITH RECURSIVE numbers (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM numbers WHERE seq < ?1)
       INSERT INTO messages
         (user_id, seq, id, session_id, session_seq, role, content, timestamp, delivered)
       SELECT ?2, seq, printf('%s-8000-%012d', ?3, seq),
         printf('%s-9000-%012d', ?3, 1 + (seq - 1) / ?4), 1 + (seq - 1) % ?4,
         iif(seq % 2, 'user', 'assistant'),
         printf('This is number %d of many messages. It says about as much as people usually write.', seq),
         ?5 + seq * 1000, 1
       FROM numbers`,
      messages,
      userId,
      ids,
      perSession,
      startTime,
    );
    run(
      `INSERT INTO sessions
         (user_id, ordinal, id, start_time, last_message_time, message_count, ended)
       SELECT user_id, row_number() OVER (ORDER BY session_id), session_id,
         min(timestamp), max(timestamp), count(*), 0
       FROM messages WHERE user_id = ? GROUP BY session_id`,
      userId,
    );
    run(
      `INSERT INTO user_state
         (user_id, last_seq, last_timestamp, read_seq, session_count, day, day_chats, day_messages,
          response_count, response_ms_total, rated_count, satisfied_count)
       SELECT ?1, count(*), max(timestamp), 0, count(DISTINCT session_id), '', 0, 0,
         count(*) / 2, count(*) / 2 * 400, 0, 0
       FROM messages WHERE user_id = ?1`,
      userId,
    );
    connection.command('COMMIT');
    connection.rows('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    connection.close();
  }
}
