// Fills a store with the histories of years of use.
import { openSqliteStore } from '@chat/server';

const batch = 10_000;

/** Opens the SQLite file, calls `work` to fill it, checks its consistency and closes it. */
export async function fill(file, work) {
  const store = await openSqliteStore({ path: file });
  try {
    await work(store);
    const problems = await store.check();
    if (problems.length > 0) throw new Error(`The seeded data are inconsistent: ${problems[0]}`);
  } finally {
    await store.close();
  }
}

/**
 * Adds a user with `messages` messages, which alternate between user and assistant, in sessions of `sessionLength`.
 * @param {import('@chat/server').Store} store
 * @param {{ id: string, messages: number, sessionLength: number, content?: string }} user
 */
export async function addHistory(store, { id, messages, sessionLength, content }) {
  await store.addUser({ id, username: id, passwordHash: 'nobody logs in here' });
  const start = Date.now() - messages;
  for (let from = 1; from <= messages; from += batch) {
    const to = Math.min(from + batch - 1, messages);
    await store.transaction(id, (tx) => {
      let { state } = tx;
      for (let seq = from; seq <= to; seq += 1) {
        const message = messageOf({
          userId: id,
          seq,
          timestamp: start + seq,
          sessionLength,
          content,
        });
        tx.insertMessage(message);
        const begins = message.sessionSeq === 1;
        state = { ...state, ...after(state, message, begins) };
        if (begins || message.sessionSeq === sessionLength || seq === to) tx.saveState(state);
      }
    });
  }
}

/** Adds users with one message and its reply each. Concurrent writes share a commit. */
export async function addUsers(store, users) {
  const concurrency = 200;
  for (let from = 0; from < users; from += concurrency) {
    await Promise.all(
      Array.from({ length: Math.min(concurrency, users - from) }, (_, i) =>
        addHistory(store, { id: `user-${from + i}`, messages: 2, sessionLength: 2 }),
      ),
    );
  }
}

function messageOf({ userId, seq, timestamp, sessionLength, content }) {
  const ordinal = Math.ceil(seq / sessionLength);
  return {
    id: `${userId}-m${seq}`,
    userId,
    seq,
    sessionId: `${userId}-s${ordinal}`,
    sessionSeq: ((seq - 1) % sessionLength) + 1,
    role: seq % 2 === 1 ? 'user' : 'assistant',
    content:
      content ??
      `Number ${seq}: which tram goes to the harbour, and how long does it take from here?`,
    timestamp,
    delivered: true,
  };
}

function after(state, message, begins) {
  const { userId, seq, sessionId, sessionSeq, timestamp } = message;
  return {
    lastSeq: seq,
    lastTimestamp: timestamp,
    sessionCount: state.sessionCount + (begins ? 1 : 0),
    responseCount: state.responseCount + (message.role === 'assistant' ? 1 : 0),
    session: {
      id: sessionId,
      userId,
      ordinal: state.sessionCount + (begins ? 1 : 0),
      firstSeq: begins ? seq : state.session.firstSeq,
      startTime: begins ? timestamp : state.session.startTime,
      lastMessageTime: timestamp,
      messageCount: sessionSeq,
      contentBytes: (begins ? 0 : state.session.contentBytes) + Buffer.byteLength(message.content),
      ended: false,
    },
  };
}
