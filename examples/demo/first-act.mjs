// A conversation over HTTP that meets what conversations meet: limits, expiry, a restart.

import { Program } from '../../scripts/program.mjs';
import { expect, expectEqual, expectSameTexts } from './story.mjs';
import { authorizationRecorder, expiryOf, statusWith } from './tokens.mjs';
import { readTranscript } from './transcript.mjs';

const username = 'ada';
const password = 'an-unlikely-passphrase';
const allowance = { messages: 20, windowMs: 2_000 };
const tokenLifetimeMs = 3_000;

/**
 * @param {import('./story.mjs').Story} story
 * @param {object} stage
 * @param {typeof import('@chat/client')} stage.client the packed client
 * @param {string} stage.folder for the SQLite file
 * @param {string} stage.secret signs the tokens
 * @param {(program: Program) => void} stage.onProgram told of every program that is started
 */
export async function firstAct(story, { client: packed, folder, secret, onProgram }) {
  const { ChatClient, AuthenticationError, RateLimitError } = packed;
  const turns = await readTranscript();
  const program = new Program({
    data: `${folder}/first-act.db`,
    users: [`${username}:${password}`],
    environment: {
      CHAT_JWT_SECRET: secret,
      CHAT_TOKEN_LIFETIME_MS: String(tokenLifetimeMs),
      CHAT_MESSAGES_PER_MINUTE: String(allowance.messages),
      CHAT_LOGINS_PER_MINUTE: '20',
      CHAT_LIMIT_WINDOW_MS: String(allowance.windowMs),
    },
  });
  onProgram(program);

  const seen = { refusals: 0, newTokens: { initial: 0, expiring: 0, rejected: 0 } };
  const recorder = authorizationRecorder();
  let client;
  // While it is set, the client's clock stands still.
  let asleepSince;

  const half = Math.ceil(turns.length / 2);
  const replies = [];
  const send = async ({ text }) => {
    const { response, messages } = await client.chat.send(text);
    replies.push(response);
    expectEqual(messages.length, replies.length * 2, 'The length of the session');
    expectEqual(messages.at(-2).content, text, 'The message in the answer');
    // Without another assistant the program echoes.
    expectEqual(response, text, 'The reply');
    expectEqual(messages.at(-1).content, response, 'The reply in the answer');
  };

  await story.tell('start the server on a free port with a fresh SQLite file', async () => {
    await program.start();
    return `chat-server listens on port ${program.port}`;
  });

  await story.tell('log in', async () => {
    const stranger = new ChatClient({
      baseUrl: program.url,
      credentials: { username, password: 'wrong' },
    });
    const refusal = await stranger.login().then(
      () => undefined,
      (error) => error,
    );
    expect(refusal instanceof AuthenticationError, 'A wrong password was not refused.');
    await stranger.close();
    client = new ChatClient({
      baseUrl: program.url,
      credentials: { username, password },
      fetch: recorder.fetch,
      now: () => asleepSince ?? Date.now(),
      hooks: {
        onRetry: ({ error }) => {
          if (error instanceof RateLimitError) seen.refusals += 1;
        },
        onTokenRefreshed: ({ reason }) => {
          seen.newTokens[reason] += 1;
        },
      },
    });
    await client.login();
    expectEqual(seen.newTokens.initial, 1, 'The number of first tokens');
    return 'logged in; a wrong password was refused';
  });

  await story.tell(`send turns 1 to ${half}, faster than the limit allows`, async (progress) => {
    for (const [index, turn] of turns.slice(0, half).entries()) {
      await send(turn);
      if ((index + 1) % 10 === 0) progress(`${index + 1} of ${half}: ${turn.title}`);
    }
    expect(seen.refusals > 0, 'The server never refused, so the limit was not reached.');
    return `${half} turns sent past a limit of ${allowance.messages} in ${allowance.windowMs / 1000} s: refused ${times(seen.refusals)}, waited, lost nothing`;
  });

  await story.tell('let the token expire while the client takes it for good', async () => {
    asleepSince = Date.now();
    // Renews the token if it is due, so that by the client's clock it is not due for the next turn.
    await client.stats.messages();
    const token = recorder.token();
    const before = { ...seen.newTokens };
    const refusedBefore = recorder.refused();
    await new Promise((resolve) => setTimeout(resolve, expiryOf(token) - Date.now() + 50));
    expectEqual(await statusWith(program.url, token), 401, 'The status for the expired token');
    await send(turns[half]);
    asleepSince = undefined;
    expectEqual(recorder.refused() - refusedBefore, 1, 'How often the client itself met a 401');
    expectEqual(seen.newTokens.rejected - before.rejected, 1, 'The refreshes after a refusal');
    expectEqual(seen.newTokens.expiring - before.expiring, 0, 'The refreshes ahead of expiry');
    expect(recorder.token() !== token, 'The expired token is still in use.');
    return 'the token expired unnoticed: one 401, one new login by the client itself, and the turn went through';
  });

  await story.tell('restart the server in the middle of the conversation', async () => {
    expectEqual(await program.stop(), 0, "The server's exit code");
    await program.start();
    const stored = [];
    for await (const message of client.chat.history({ order: 'asc', pageSize: 100 })) {
      stored.push(message.content);
    }
    expectSameTexts(stored, interleave(turns.slice(0, half + 1), replies), 'stored messages');
    return `the server ended with 0 and started again; all ${stored.length} messages were there`;
  });

  await story.tell(`send turns ${half + 2} to ${turns.length}`, async (progress) => {
    for (const [index, turn] of turns.slice(half + 1).entries()) {
      await send(turn);
      if ((index + 1) % 10 === 0)
        progress(`${half + 1 + index + 1} of ${turns.length}: ${turn.title}`);
    }
    return `all ${turns.length} turns sent, in one session over the restart`;
  });

  await story.tell('page through the history', async () => {
    const newestFirst = interleave(turns, replies).reverse();
    const pageSize = 15;
    const found = [];
    let pages = 0;
    let page = await client.chat.history({ page: 1, pageSize });
    for (;;) {
      pages += 1;
      expectEqual(page.pagination.total, newestFirst.length, 'The total');
      expectEqual(page.pagination.page, pages, 'The page number');
      found.push(...page.messages);
      if (!page.hasNextPage()) break;
      page = await page.nextPage();
    }
    expectSameTexts(
      found.map(({ content }) => content),
      newestFirst,
      'messages in the history',
    );
    expectEqual(
      new Set(found.map(({ id }) => id)).size,
      found.length,
      'The number of distinct ids',
    );
    const stamps = found.map(({ timestamp }) => timestamp);
    expect(
      stamps.every((stamp, index) => index === 0 || stamp <= stamps[index - 1]),
      'The timestamps do not go one way.',
    );
    const past = await client.chat.history({ page: pages + 5, pageSize });
    expectEqual(past.messages.length, 0, 'The length of a page past the end');
    return `${pages} pages of ${pageSize}, newest first, without gap or overlap, every character as it was sent`;
  });

  await story.tell('rate replies and read the statistics', async () => {
    const { messages } = await client.chat.history({ pageSize: 8 });
    const rated = messages.filter(({ role }) => role === 'assistant');
    for (const [index, { id }] of rated.entries()) await client.chat.rate(id, index > 0);
    const { day, chats, totals } = await statisticsOfOneDay(client);
    const stamps = [];
    for await (const { timestamp } of client.chat.history({ order: 'asc' })) stamps.push(timestamp);
    const isToday = (stamp) => stamp.startsWith(day);
    expectEqual(chats.totalChats, 1, 'totalChats');
    expectEqual(chats.todayChats, isToday(stamps[0]) ? 1 : 0, 'todayChats');
    expectEqual(chats.satisfactionRate, 75, 'satisfactionRate');
    // The assistant's time is a part of what the client waited for.
    const waited = recorder.sendTimes().reduce((sum, ms) => sum + ms, 0) / turns.length;
    expectEqual(recorder.sendTimes().length, turns.length, 'The number of answers');
    expect(
      chats.avgResponseTime >= 0 && chats.avgResponseTime <= waited,
      `avgResponseTime is ${chats.avgResponseTime} ms, and a whole call took ${waited} ms.`,
    );
    expectEqual(totals.totalMessages, turns.length * 2, 'totalMessages');
    expectEqual(totals.avgMessagesPerChat, turns.length * 2, 'avgMessagesPerChat');
    expectEqual(totals.todayMessages, stamps.filter(isToday).length, 'todayMessages');
    return `${chats.totalChats} chat, ${totals.totalMessages} messages, ${totals.todayMessages} of them today, replies after ${chats.avgResponseTime.toFixed(1)} ms, ${chats.satisfactionRate} % satisfied`;
  });

  await story.tell('log out', async () => {
    const token = recorder.token();
    await client.logout();
    expectEqual(await statusWith(program.url, token), 401, 'The status for the revoked token');
    await client.close();
    expectEqual(await program.stop(), 0, "The server's exit code");
    expect(!program.log.includes(password), 'The log shows the password.');
    const shown = recorder.tokens().some((each) => program.log.includes(each));
    expect(!shown, 'The log shows a token.');
    return "logged out; the token is worth nothing now, and the server's log shows no secret";
  });
}

/** The statistics, both from within one UTC day, and which day that was. */
async function statisticsOfOneDay(client) {
  for (;;) {
    const day = utcDay();
    const chats = await client.stats.chat();
    const totals = await client.stats.messages();
    if (utcDay() === day) return { day, chats, totals };
  }
}

function utcDay() {
  return new Date().toISOString().slice(0, 'yyyy-mm-dd'.length);
}

function interleave(turns, replies) {
  return turns.flatMap(({ text }, index) => [text, replies[index]]);
}

function times(count) {
  return count === 1 ? 'once' : `${count} times`;
}
