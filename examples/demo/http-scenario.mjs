// A conversation over HTTP with a rate limit, an expired token and a server restart.

import { ServerProcess } from '@chat/test-support';
import { expect, expectEqual, expectSameTexts } from './reporter.mjs';
import { authorizationRecorder, expiryOf, statusWith } from './tokens.mjs';
import { readTranscript } from './transcript.mjs';

const username = 'ada';
const password = 'an-unlikely-passphrase';
const rateLimit = { messages: 20, windowMs: 2_000 };
const tokenLifetimeMs = 3_000;

/**
 * @param {import('./reporter.mjs').Reporter} reporter
 * @param {object} context
 * @param {typeof import('@chat/client')} context.client the packed client
 * @param {string} context.folder for the SQLite file
 * @param {string} context.secret signs the tokens
 * @param {(server: ServerProcess) => void} context.onServer called with every server that is started
 */
export async function runHttpScenario(reporter, { client: packed, folder, secret, onServer }) {
  const { ChatClient, AuthenticationError, RateLimitError } = packed;
  const turns = await readTranscript();
  const server = new ServerProcess({
    data: `${folder}/http.db`,
    users: [`${username}:${password}`],
    environment: {
      CHAT_JWT_SECRET: secret,
      CHAT_TOKEN_LIFETIME_MS: String(tokenLifetimeMs),
      CHAT_MESSAGES_PER_MINUTE: String(rateLimit.messages),
      CHAT_LOGINS_PER_MINUTE: '20',
      CHAT_LIMIT_WINDOW_MS: String(rateLimit.windowMs),
    },
  });
  onServer(server);

  const seen = { rateLimited: 0, newTokens: { initial: 0, expiring: 0, rejected: 0 } };
  const recorder = authorizationRecorder();
  let client;
  // While it is set, the client's clock shows this time.
  let frozenTime;

  const half = Math.ceil(turns.length / 2);
  const replies = [];
  const send = async ({ text }) => {
    const { response, messages } = await client.chat.send(text);
    replies.push(response);
    expectEqual(messages.length, replies.length * 2, 'The length of the session');
    expectEqual(messages.at(-2).content, text, 'The message in the response');
    // Without a configured assistant the server echoes.
    expectEqual(response, text, 'The reply');
    expectEqual(messages.at(-1).content, response, 'The reply in the response');
  };

  await reporter.runStep('start the server on a free port with a new SQLite file', async () => {
    await server.start();
    return `chat-server listens on port ${server.port}`;
  });

  await reporter.runStep('log in', async () => {
    const wrongClient = new ChatClient({
      baseUrl: server.url,
      credentials: { username, password: 'wrong' },
    });
    const error = await wrongClient.login().then(
      () => undefined,
      (reason) => reason,
    );
    expect(error instanceof AuthenticationError, 'A wrong password was not rejected.');
    await wrongClient.close();
    client = new ChatClient({
      baseUrl: server.url,
      credentials: { username, password },
      fetch: recorder.fetch,
      now: () => frozenTime ?? Date.now(),
      hooks: {
        onRetry: ({ error }) => {
          if (error instanceof RateLimitError) seen.rateLimited += 1;
        },
        onTokenRefreshed: ({ reason }) => {
          seen.newTokens[reason] += 1;
        },
      },
    });
    await client.login();
    expectEqual(seen.newTokens.initial, 1, 'The number of initial tokens');
    return 'logged in; a wrong password was rejected';
  });

  await reporter.runStep(
    `send messages 1 to ${half}, faster than the rate limit allows`,
    async (progress) => {
      for (const [index, turn] of turns.slice(0, half).entries()) {
        await send(turn);
        if ((index + 1) % 10 === 0) progress(`${index + 1} of ${half}: ${turn.title}`);
      }
      expect(
        seen.rateLimited > 0,
        'The server never responded with 429, so the rate limit was not reached.',
      );
      return `${half} messages sent with a limit of ${rateLimit.messages} per ${rateLimit.windowMs / 1000} s: ${seen.rateLimited} × 429, waited, no message lost`;
    },
  );

  await reporter.runStep('let the token expire while the client considers it valid', async () => {
    frozenTime = Date.now();
    // Refreshes the token if necessary, so that by the client's clock it needs no refresh for the next message.
    await client.stats.messages();
    const token = recorder.token();
    const before = { ...seen.newTokens };
    const rejectedBefore = recorder.rejected();
    await new Promise((resolve) => setTimeout(resolve, expiryOf(token) - Date.now() + 50));
    expectEqual(await statusWith(server.url, token), 401, 'The status for the expired token');
    await send(turns[half]);
    frozenTime = undefined;
    expectEqual(
      recorder.rejected() - rejectedBefore,
      1,
      'The number of 401 responses to the client',
    );
    expectEqual(
      seen.newTokens.rejected - before.rejected,
      1,
      'The refreshes after a rejected token',
    );
    expectEqual(seen.newTokens.expiring - before.expiring, 0, 'The refreshes before expiry');
    expect(recorder.token() !== token, 'The client still uses the expired token.');
    return 'the token expired unnoticed: one 401, one automatic login, and the message was sent';
  });

  await reporter.runStep('restart the server in the middle of the conversation', async () => {
    expectEqual(await server.stop(), 0, "The server's exit code");
    await server.start();
    const stored = [];
    for await (const message of client.chat.history({ order: 'asc', pageSize: 100 })) {
      stored.push(message.content);
    }
    expectSameTexts(stored, interleave(turns.slice(0, half + 1), replies), 'stored messages');
    return `the server exited with code 0 and restarted; all ${stored.length} messages are stored`;
  });

  await reporter.runStep(`send messages ${half + 2} to ${turns.length}`, async (progress) => {
    for (const [index, turn] of turns.slice(half + 1).entries()) {
      await send(turn);
      if ((index + 1) % 10 === 0)
        progress(`${half + 1 + index + 1} of ${turns.length}: ${turn.title}`);
    }
    return `all ${turns.length} messages sent, in one session that continued after the restart`;
  });

  await reporter.runStep('page through the history', async () => {
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
      'The timestamps are not in order.',
    );
    const past = await client.chat.history({ page: pages + 5, pageSize });
    expectEqual(past.messages.length, 0, 'The length of a page past the end');
    return `${pages} pages of ${pageSize}, newest first, without gaps or overlaps, every character unchanged`;
  });

  await reporter.runStep('rate replies and read the statistics', async () => {
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
    // The client's round-trip time includes the time of the assistant.
    const meanSendMs = recorder.sendTimesMs().reduce((sum, ms) => sum + ms, 0) / turns.length;
    expectEqual(recorder.sendTimesMs().length, turns.length, 'The number of responses');
    expect(
      chats.avgResponseTime >= 0 && chats.avgResponseTime <= meanSendMs,
      `avgResponseTime is ${chats.avgResponseTime} ms, but a whole call took ${meanSendMs} ms.`,
    );
    expectEqual(totals.totalMessages, turns.length * 2, 'totalMessages');
    expectEqual(totals.avgMessagesPerChat, turns.length * 2, 'avgMessagesPerChat');
    expectEqual(totals.todayMessages, stamps.filter(isToday).length, 'todayMessages');
    return `${chats.totalChats} chat, ${totals.totalMessages} messages, ${totals.todayMessages} of them today, mean response time ${chats.avgResponseTime.toFixed(1)} ms, ${chats.satisfactionRate} % satisfied`;
  });

  await reporter.runStep('log out', async () => {
    const token = recorder.token();
    await client.logout();
    expectEqual(await statusWith(server.url, token), 401, 'The status for the revoked token');
    await client.close();
    expectEqual(await server.stop(), 0, "The server's exit code");
    expect(!server.log.includes(password), 'The log contains the password.');
    const isTokenLogged = recorder.tokens().some((each) => server.log.includes(each));
    expect(!isTokenLogged, 'The log contains a token.');
    return "logged out; the token is rejected, and the server's log contains no secret";
  });
}

/** Both statistics, read within the same UTC day, and that day. */
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
