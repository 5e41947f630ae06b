import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MessageRecord, Store, UserState, UserTransaction } from '../../chat/store.js';
import { StoreUnavailableError } from '../../chat/store-unavailable-error.js';
import { appendMessage } from './append-message.js';

/** What every store must do; `open` gives an empty one for each test. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(name, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });

    const say = (userId: string, content: string, more = {}) =>
      store.transaction(userId, (tx) => appendMessage(tx, { userId, content, ...more }));
    const contents = (messages: readonly MessageRecord[]) =>
      messages.map((message) => message.content);
    const all = { from: 1, to: Number.MAX_SAFE_INTEGER };

    describe('users', () => {
      it('are found by their exact name', async () => {
        const ada = { id: 'u1', username: 'ada', passwordHash: '$argon2id$…' };
        expect(await store.addUser(ada)).toBe(true);
        expect(await store.userByName('ada')).toEqual(ada);
        expect(await store.userByName('Ada')).toBeUndefined();
        expect(await store.userByName('')).toBeUndefined();
      });

      it('keep the name that they took first', async () => {
        await store.addUser({ id: 'u1', username: 'ada', passwordHash: 'first' });
        expect(await store.addUser({ id: 'u2', username: 'ada', passwordHash: 'second' })).toBe(
          false,
        );
        expect(await store.userByName('ada')).toMatchObject({ id: 'u1', passwordHash: 'first' });
      });

      it('get a name once when several ask for it together', async () => {
        const ids = Array.from({ length: 20 }, (_, index) => `u${index}`);
        const added = await Promise.all(
          ids.map((id) => store.addUser({ id, username: 'ada', passwordHash: id })),
        );
        expect(added.filter(Boolean)).toHaveLength(1);
        expect((await store.userByName('ada'))?.id).toBe(ids[added.indexOf(true)]);
      });

      it('have names that differ only in what Unicode makes of them', async () => {
        const composed = 'Zo\u00eb';
        const decomposed = 'Zoe\u0308';
        await store.addUser({ id: 'u1', username: composed, passwordHash: '' });
        expect(await store.addUser({ id: 'u2', username: decomposed, passwordHash: '' })).toBe(
          true,
        );
        expect((await store.userByName(composed))?.id).toBe('u1');
        expect((await store.userByName(decomposed))?.id).toBe('u2');
      });
    });

    describe('an unknown user', () => {
      const nobody: UserState = {
        lastSeq: 0,
        lastTimestamp: 0,
        readSeq: 0,
        sessionCount: 0,
        day: '',
        dayChats: 0,
        dayMessages: 0,
        responseCount: 0,
        responseMsTotal: 0,
        ratedCount: 0,
        satisfiedCount: 0,
      };

      it('has a state of zeros', async () => {
        expect(await store.state('nobody')).toEqual(nobody);
        expect(await store.transaction('nobody', (tx) => tx.state())).toEqual(nobody);
      });

      it('has nothing to read', async () => {
        expect(await store.messages('nobody', all)).toEqual([]);
        expect(await store.sessions('nobody', all)).toEqual([]);
        expect(await store.session('nobody', 's')).toBeUndefined();
        expect(await store.sessionMessages('nobody', 's', all)).toEqual([]);
        await store.transaction('nobody', async (tx) => {
          expect(await tx.messageById('m')).toBeUndefined();
          expect(await tx.messageBySeq(1)).toBeUndefined();
          expect(await tx.turn('k')).toBeUndefined();
          await tx.markDelivered(all);
          await tx.rateMessage(1, true);
        });
        expect(await store.check()).toEqual([]);
      });
    });

    describe('what was saved', () => {
      it('comes back as it was: state and session', async () => {
        const state: UserState = {
          lastSeq: 7,
          lastTimestamp: 1_790_000_000_123,
          readSeq: 3,
          sessionCount: 2,
          session: {
            id: 's2',
            userId: 'ada',
            ordinal: 2,
            startTime: 1_790_000_000_001,
            lastMessageTime: 1_790_000_000_123,
            messageCount: 4,
            ended: true,
          },
          day: '2026-11-22',
          dayChats: 1,
          dayMessages: 4,
          responseCount: 3,
          responseMsTotal: 8_589_934_592,
          ratedCount: 2,
          satisfiedCount: 1,
        };
        await store.transaction('ada', (tx) => tx.saveState(state));
        expect(await store.state('ada')).toEqual(state);
        expect(await store.transaction('ada', (tx) => tx.state())).toEqual(state);
        expect(await store.session('ada', 's2')).toEqual(state.session);
      });

      it('comes back as it was: a message with and without a rating', async () => {
        const message: MessageRecord = {
          id: 'm1',
          userId: 'ada',
          seq: 1,
          sessionId: 's1',
          sessionSeq: 1,
          role: 'assistant',
          content: 'Good morning.',
          timestamp: 1_790_000_000_123,
          delivered: false,
        };
        const rated: MessageRecord = {
          ...message,
          id: 'm2',
          seq: 2,
          sessionSeq: 2,
          role: 'user',
          delivered: true,
          satisfied: false,
        };
        await store.transaction('ada', async (tx) => {
          await tx.insertMessage(message);
          await tx.insertMessage(rated);
          expect(await tx.messageById('m2')).toEqual(rated);
        });
        expect(await store.messages('ada', all)).toEqual([message, rated]);
      });

      it('is seen inside its own transaction, and outside only when that is over', async () => {
        await say('ada', 'one');
        await store.transaction('ada', async (tx) => {
          const two = await appendMessage(tx, { userId: 'ada', content: 'two' });
          expect((await tx.state()).lastSeq).toBe(2);
          expect(await tx.messageBySeq(2)).toEqual(two);
          expect(await tx.messageById(two.id)).toEqual(two);
        });
        expect((await store.state('ada')).lastSeq).toBe(2);
        expect(contents(await store.messages('ada', all))).toEqual(['one', 'two']);
      });

      it.each([
        ['several scripts', 'Привет, 世界, שלום, مرحبا, नमस्ते, สวัสดี'],
        ['emoji with joiners and skin tones', '👩🏽‍🚀👨‍👩‍👧‍👦🇮🇸'],
        ['characters beyond the basic plane', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{10FFFF}'],
        ['both normal forms', '\u00e9 e\u0301'],
        ['control characters, line ends and a byte order mark', '\uFEFF\u0001\t\r\n\u2028\u007F'],
        ['noncharacters', '\uFFFE\uFFFF'],
        ['quotes and the words of SQL', `'; DROP TABLE messages; -- "\\" $1 ? :a %s`],
        ['nothing', ''],
        ['8,000 characters of four bytes', '😀'.repeat(8_000)],
      ])('is the same text: %s', async (_, content) => {
        await say('ada', content);
        expect(contents(await store.messages('ada', all))).toEqual([content]);
      });

      it('belongs to the user whose id it carries, whatever is in that id', async () => {
        const ids = ['ada', 'Ada', 'ada ', "ada'; --", 'аda', '__proto__', 'constructor'];
        for (const id of ids) await say(id, `from ${id}`);
        for (const id of ids) {
          expect(contents(await store.messages(id, all))).toEqual([`from ${id}`]);
        }
        expect(await store.check()).toEqual([]);
      });
    });

    describe('a transaction', () => {
      it('gives what its work gives', async () => {
        expect(await store.transaction('ada', async () => 'result')).toBe('result');
      });

      it('leaves nothing behind when its work throws', async () => {
        await say('ada', 'one');
        const before = await store.state('ada');
        const failing = store.transaction('ada', async (tx) => {
          await appendMessage(tx, { userId: 'ada', content: 'two', newSession: true });
          await tx.markDelivered({ from: 1, to: 1 });
          await tx.rateMessage(1, true);
          await tx.saveTurn({ userId: 'ada', key: 'k', userSeq: 2, createdAt: 1 });
          throw new Error('changed my mind');
        });
        await expect(failing).rejects.toThrow('changed my mind');
        expect(await store.state('ada')).toEqual(before);
        expect(await store.messages('ada', all)).toMatchObject([
          { content: 'one', delivered: false },
        ]);
        expect((await store.messages('ada', all))[0]).not.toHaveProperty('satisfied');
        expect(await store.sessions('ada', all)).toHaveLength(1);
        expect(await store.transaction('ada', (tx) => tx.turn('k'))).toBeUndefined();
        await say('ada', 'three');
        expect(contents(await store.messages('ada', all))).toEqual(['one', 'three']);
      });

      it('never runs beside another of the same user', async () => {
        const counts = await Promise.all(
          Array.from({ length: 50 }, (_, index) => say('ada', `message ${index}`)),
        );
        expect(counts.map((message) => message.seq).sort((a, b) => a - b)).toEqual(
          Array.from({ length: 50 }, (_, index) => index + 1),
        );
        expect(await store.check()).toEqual([]);
      });

      it('of many users together stores everything of each', async () => {
        const users = Array.from({ length: 40 }, (_, index) => `user-${index}`);
        const rounds = Array.from({ length: 5 }, (_, index) => index);
        await Promise.all(
          rounds.flatMap((round) => users.map((user) => say(user, `${user}, round ${round}`))),
        );
        for (const user of users) {
          const texts = contents(await store.messages(user, all));
          expect(texts.sort()).toEqual(rounds.map((round) => `${user}, round ${round}`));
        }
        expect(await store.check()).toEqual([]);
      });

      it('does not suffer from others that fail beside it', async () => {
        await say('user-0', 'the id that will be taken twice');
        const results = await Promise.allSettled(
          Array.from({ length: 30 }, (_, index) =>
            store.transaction(`user-${index}`, async (tx) => {
              await appendMessage(tx, { userId: `user-${index}`, content: 'hello' });
              if (index % 3 === 1) throw new Error('mine alone');
              // A violated constraint, where the one above is a plain throw.
              if (index % 3 === 2) await tx.insertMessage(await sameId(tx));
            }),
          ),
        );
        expect(results.map((result) => result.status === 'fulfilled')).toEqual(
          Array.from({ length: 30 }, (_, index) => index % 3 === 0),
        );
        expect((await store.state('user-0')).lastSeq).toBe(2);
        expect((await store.state('user-1')).lastSeq).toBe(0);
        expect((await store.state('user-2')).lastSeq).toBe(0);
        expect((await store.state('user-3')).lastSeq).toBe(1);
        expect(await store.check()).toEqual([]);

        async function sameId(tx: UserTransaction): Promise<MessageRecord> {
          const message = (await tx.messageBySeq(1)) as MessageRecord;
          return { ...message, id: 'user-0-message-1', seq: 2, sessionSeq: 2 };
        }
      });

      it('refuses a number or an id that is taken', async () => {
        const first = await say('ada', 'one');
        const again = (message: MessageRecord) =>
          store.transaction(message.userId, (tx) => tx.insertMessage(message));
        await expect(again({ ...first, id: 'other' })).rejects.toThrow();
        await expect(again({ ...first, seq: 2 })).rejects.toThrow();
        await expect(again({ ...first, userId: 'bob' })).rejects.toThrow();
        expect(await store.messages('ada', all)).toEqual([first]);
      });

      it('cannot be used when it is over', async () => {
        let kept: UserTransaction | undefined;
        await store.transaction('ada', async (tx) => {
          kept = tx;
        });
        await expect(kept?.state()).rejects.toThrow('The transaction is over');
        await expect(say('ada', 'still works')).resolves.toMatchObject({ seq: 1 });
      });
    });

    describe('messages', () => {
      it('are read by number, both ends included, ascending', async () => {
        for (let index = 1; index <= 30; index += 1) await say('ada', `${index}`);
        await say('bob', 'not of ada');
        const read = async (from: number, to: number) =>
          contents(await store.messages('ada', { from, to }));
        expect(await read(1, 3)).toEqual(['1', '2', '3']);
        expect(await read(29, 40)).toEqual(['29', '30']);
        expect(await read(-5, 2)).toEqual(['1', '2']);
        expect(await read(7, 7)).toEqual(['7']);
        expect(await read(8, 7)).toEqual([]);
        expect(await read(31, 50)).toEqual([]);
      });

      it('are 10,000 as well as one', async () => {
        for (let block = 0; block < 20; block += 1) {
          await store.transaction('ada', async (tx) => {
            for (let index = 1; index <= 500; index += 1) {
              const number = block * 500 + index;
              const newSession = number % 40 === 1;
              await appendMessage(tx, { userId: 'ada', content: `number ${number}`, newSession });
            }
          });
        }
        expect((await store.state('ada')).lastSeq).toBe(10_000);
        const page = await store.messages('ada', { from: 5_001, to: 5_020 });
        expect(page.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => 5_001 + i));
        expect(contents(page)[19]).toBe('number 5020');
        expect(await store.messages('ada', all)).toHaveLength(10_000);
        expect(await store.sessions('ada', { from: 249, to: 300 })).toHaveLength(2);
        expect(await store.check()).toEqual([]);
      }, 30_000);

      it('are found by id within their user alone', async () => {
        const { id } = await say('ada', 'mine');
        const found = (userId: string) => store.transaction(userId, (tx) => tx.messageById(id));
        expect(await found('ada')).toMatchObject({ content: 'mine' });
        expect(await found('bob')).toBeUndefined();
      });

      it('are rated, and rated again', async () => {
        await say('ada', 'good?', { role: 'assistant' });
        const rate = (satisfied: boolean) =>
          store.transaction('ada', (tx) => tx.rateMessage(1, satisfied));
        await rate(true);
        expect(await store.messages('ada', all)).toMatchObject([{ satisfied: true }]);
        await rate(false);
        expect(await store.messages('ada', all)).toMatchObject([{ satisfied: false }]);
      });

      it('are marked as delivered in a range, one of the same transaction too', async () => {
        for (const text of ['1', '2', '3']) await say('ada', text);
        await say('bob', 'not in the range of ada');
        await store.transaction('ada', async (tx) => {
          await appendMessage(tx, { userId: 'ada', content: '4' });
          await tx.markDelivered({ from: 2, to: 4 });
        });
        const delivered = (await store.messages('ada', all)).map((message) => message.delivered);
        expect(delivered).toEqual([false, true, true, true]);
        expect(await store.messages('bob', all)).toMatchObject([{ delivered: false }]);
      });
    });

    describe('sessions', () => {
      beforeEach(async () => {
        for (const [session, count] of [3, 5, 2].entries()) {
          for (let index = 1; index <= count; index += 1) {
            await say('ada', `${session + 1}.${index}`, { newSession: index === 1 });
          }
        }
      });

      it('are read by ordinal, both ends included, ascending', async () => {
        const read = async (from: number, to: number) =>
          (await store.sessions('ada', { from, to })).map(({ messageCount }) => messageCount);
        expect(await read(1, 3)).toEqual([3, 5, 2]);
        expect(await read(2, 9)).toEqual([5, 2]);
        expect(await read(4, 9)).toEqual([]);
      });

      it('give their own messages in ranges', async () => {
        const read = async (from: number, to: number) =>
          contents(await store.sessionMessages('ada', 'ada-session-2', { from, to }));
        expect(await read(1, 100)).toEqual(['2.1', '2.2', '2.3', '2.4', '2.5']);
        expect(await read(4, 5)).toEqual(['2.4', '2.5']);
        expect(await read(6, 9)).toEqual([]);
      });

      it('belong to their user alone', async () => {
        expect(await store.session('ada', 'ada-session-1')).toMatchObject({ ordinal: 1 });
        expect(await store.session('bob', 'ada-session-1')).toBeUndefined();
        expect(await store.sessionMessages('bob', 'ada-session-1', all)).toEqual([]);
      });

      it('change without a new one beginning', async () => {
        await store.transaction('ada', async (tx) => {
          const state = await tx.state();
          await tx.saveState({ ...state, session: { ...state.session!, ended: true } });
        });
        expect(await store.sessions('ada', all)).toHaveLength(3);
        expect((await store.state('ada')).session).toMatchObject({ ordinal: 3, ended: true });
      });
    });

    describe('turns and revocations', () => {
      const turn = { userId: 'ada', key: 'k', userSeq: 1, createdAt: 1_000 };

      it('are kept once per key', async () => {
        await store.transaction('ada', (tx) => tx.saveTurn(turn));
        expect(await store.transaction('ada', (tx) => tx.turn('k'))).toEqual(turn);
        await store.transaction('ada', (tx) => tx.saveTurn({ ...turn, replySeq: 2 }));
        const saved = await store.transaction('ada', (tx) => tx.turn('k'));
        expect(saved).toEqual({ ...turn, replySeq: 2 });
        expect(await store.transaction('bob', (tx) => tx.turn('k'))).toBeUndefined();
        expect(await store.transaction('ada', (tx) => tx.turn('K'))).toBeUndefined();
      });

      it('are forgotten when they are old, and not before', async () => {
        for (const [index, userId] of ['ada', 'bob'].entries()) {
          for (const key of ['old', 'new']) {
            const createdAt = key === 'old' ? 999 - index : 1_000;
            await store.transaction(userId, (tx) =>
              tx.saveTurn({ ...turn, userId, key, createdAt }),
            );
          }
        }
        await store.revokeToken('ran out', 1_999);
        await store.revokeToken('counts', 2_000);
        await store.purge({ turnsCreated: 1_000, revocationsExpired: 2_000 });
        for (const userId of ['ada', 'bob']) {
          expect(await store.transaction(userId, (tx) => tx.turn('old'))).toBeUndefined();
          expect(await store.transaction(userId, (tx) => tx.turn('new'))).toBeDefined();
        }
        expect(await store.isTokenRevoked('ran out')).toBe(false);
        expect(await store.isTokenRevoked('counts')).toBe(true);
      });

      it('are forgotten by the thousands', async () => {
        await store.transaction('ada', async (tx) => {
          for (let index = 0; index < 1_200; index += 1) {
            await tx.saveTurn({ ...turn, key: `${index}`, createdAt: index });
          }
        });
        await store.purge({ turnsCreated: 1_199, revocationsExpired: 0 });
        await store.transaction('ada', async (tx) => {
          expect(await tx.turn('1198')).toBeUndefined();
          expect(await tx.turn('1199')).toBeDefined();
        });
      });

      it('tell a revoked token, also when it is revoked twice', async () => {
        expect(await store.isTokenRevoked('jti')).toBe(false);
        await store.revokeToken('jti', 1_790_000_000_000);
        await store.revokeToken('jti', 1_790_000_000_000);
        expect(await store.isTokenRevoked('jti')).toBe(true);
        expect(await store.isTokenRevoked('another')).toBe(false);
      });
    });

    describe('check', () => {
      it('finds nothing in a sound store', async () => {
        await say('ada', 'hello');
        await say('ada', 'hi', { role: 'assistant' });
        await store.transaction('ada', (tx) =>
          tx.saveTurn({ userId: 'ada', key: 'k', userSeq: 1, replySeq: 2, createdAt: 1 }),
        );
        expect(await store.check()).toEqual([]);
      });

      const breakState = (change: Partial<UserState>) => async (tx: UserTransaction) =>
        tx.saveState({ ...(await tx.state()), ...change });
      const breakSession = (change: object) => async (tx: UserTransaction) => {
        const state = await tx.state();
        await tx.saveState({ ...state, session: { ...state.session!, ...change } });
      };
      const addMessage = (change: object) => async (tx: UserTransaction) => {
        const message = (await tx.messageBySeq(2))!;
        await tx.insertMessage({ ...message, id: 'm3', seq: 3, sessionSeq: 3, ...change });
        const state = await tx.state();
        const session = { ...state.session!, messageCount: 3 };
        await tx.saveState({ ...state, lastSeq: 3, session });
      };
      const addTurn = (userSeq: number, replySeq?: number) => (tx: UserTransaction) => {
        const made = { userId: 'ada', key: 'k', userSeq, createdAt: 1 };
        return tx.saveTurn(replySeq === undefined ? made : { ...made, replySeq });
      };

      it.each([
        ['a gap in the numbers', addMessage({ seq: 4 }), 'numbered 4 stands where 3'],
        ['a gap in a session', addMessage({ sessionSeq: 4 }), 'number 4 of its session where 3'],
        ['time that runs backwards', addMessage({ timestamp: 0 }), 'older than the one before'],
        ['a message of no session', addMessage({ sessionId: 'x' }), 'which is not stored'],
        ['a wrong number of messages', breakState({ lastSeq: 3 }), 'counts 3 messages where 2'],
        [
          'a wrong number of sessions',
          breakState({ sessionCount: 2 }),
          'counts 2 sessions where 1',
        ],
        [
          'a wrong number of ratings',
          breakState({ ratedCount: 1 }),
          '0 satisfied of 1 ratings where 0 of 0',
        ],
        ['a clock that stayed behind', breakState({ lastTimestamp: 0 }), 'newer than the state'],
        ['more read than there is', breakState({ readSeq: 3 }), 'more messages were read'],
        [
          'more answers than there are',
          breakState({ responseCount: 2 }),
          'more answers were timed',
        ],
        ['a day with too much', breakState({ dayMessages: 3 }), 'the day counts more'],
        [
          'a session that miscounts',
          breakSession({ messageCount: 1 }),
          'counts 1 messages where 2',
        ],
        [
          'a session in no order',
          breakSession({ ordinal: 2, id: 's' }),
          'counts 1 sessions where 2',
        ],
        ['a session that ended early', breakSession({ lastMessageTime: 1 }), 'newer than its last'],
        ['a session from the future', breakSession({ startTime: 9 }), 'starts after its last'],
        ['a turn of a reply', addTurn(2), 'which is no message of the user'],
        ['a turn of nothing', addTurn(9), 'which is no message of the user'],
        ['a turn answered by a question', addTurn(1, 1), 'which is no answer'],
        ['a turn answered by nothing', addTurn(1, 9), 'which is no answer'],
      ])('finds %s', async (_, harm, sentence) => {
        await say('bob', 'a sound neighbour');
        await say('ada', 'hello');
        await say('ada', 'hi', { role: 'assistant' });
        await store.transaction('ada', harm);
        const problems = await store.check();
        expect(problems.join('\n')).toContain(sentence);
        expect(problems.join('\n')).not.toContain('bob');
      });
    });

    it('answers a ping until it is closed, and then says that it is closed', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
      await store.close();
      await store.close();
      await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
      await expect(say('ada', 'too late')).rejects.toThrow('The store is closed.');
    });
  });
}
