import { type MessageDetails, messageDetails } from '@chat/contract';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { MessageRecord, UserState, UserTransaction } from '../../../domain/ports/store.js';
import { appendMessage } from '../append-message.js';
import { contents, type StoreUnderTest, wholeRange } from './store-under-test.js';

/** A value for each detail of a message, so that the suite also covers a new one. */
const everyDetail: MessageDetails = Object.fromEntries(
  Object.entries(messageDetails).map(([name, schema]) => [
    name,
    z.safeParse(schema, true).success || `the ${name}`,
  ]),
);

export function describeRecords(subject: StoreUnderTest): void {
  describe('a saved record', () => {
    it('is read back unchanged: state and session', async () => {
      const state: UserState = {
        lastSeq: 7,
        lastTimestamp: 1_790_000_000_123,
        readSeq: 3,
        sessionCount: 2,
        session: {
          id: 's2',
          userId: 'ada',
          ordinal: 2,
          firstSeq: 4,
          startTime: 1_790_000_000_001,
          lastMessageTime: 1_790_000_000_123,
          messageCount: 4,
          contentBytes: 8_589_934_592,
          ended: true,
        },
        day: '2026-11-22',
        dayChats: 1,
        dayMessages: 4,
        responseCount: 3,
        responseMsTotal: 8_589_934_592,
        ratedCount: 2,
        satisfiedCount: 1,
        stopRequest: 'request-1 m7',
      };
      await subject.store.transaction('ada', (tx) => tx.saveState(state));
      expect(await subject.store.state('ada')).toEqual(state);
      const { lastSeq, lastTimestamp, readSeq } = state;
      const position = { lastSeq, lastTimestamp, readSeq };
      expect(await subject.store.position('ada')).toMatchObject(position);
      expect(await subject.store.transaction('ada', (tx) => tx.state)).toEqual(state);
      expect(await subject.store.session('ada', 's2')).toEqual(state.session);
    });

    it('is read back unchanged: a message with all optional fields, and with none', async () => {
      const message: MessageRecord = {
        id: 'm1',
        userId: 'ada',
        seq: 1,
        sessionId: 's1',
        sessionSeq: 1,
        role: 'user',
        content: 'Good morning.',
        timestamp: 1_790_000_000_123,
        delivered: false,
      };
      const reply: MessageRecord = {
        ...message,
        id: 'm2',
        seq: 2,
        sessionSeq: 2,
        role: 'assistant',
        delivered: true,
        satisfied: false,
        ...everyDetail,
      };
      await subject.store.transaction('ada', (tx) => {
        tx.insertMessage(message);
        tx.insertMessage(reply);
      });
      const found = (tx: UserTransaction) => tx.message;
      expect(await subject.store.transaction('ada', found, { messageId: 'm2' })).toEqual(reply);
      expect(await subject.store.messages('ada', wholeRange)).toStrictEqual([message, reply]);
    });

    it('is visible only after its transaction', async () => {
      await subject.append('ada', 'one');
      await subject.store.transaction('ada', (tx) => {
        appendMessage(tx, { userId: 'ada', content: 'two' });
        expect(tx.state.lastSeq).toBe(1);
      });
      expect((await subject.store.state('ada')).lastSeq).toBe(2);
      expect(contents(await subject.store.messages('ada', wholeRange))).toEqual(['one', 'two']);
    });

    it.each([
      ['several scripts', 'Привет, 世界, שלום, مرحبا, नमस्ते, สวัสดี'],
      ['emoji with joiners and skin tones', '👩🏽‍🚀👨‍👩‍👧‍👦🇮🇸'],
      ['characters beyond the basic plane', '𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{10FFFF}'],
      ['both normal forms', '\u00e9 e\u0301'],
      ['control characters, line ends and a byte order mark', '\uFEFF\u0001\t\r\n\u2028\u007F'],
      ['noncharacters', '\uFFFE\uFFFF'],
      ['quotes and SQL keywords', `'; DROP TABLE messages; -- "\\" $1 ? :a %s`],
      ['nothing', ''],
      ['8,000 characters of four bytes', '😀'.repeat(8_000)],
    ])('has the same text: %s', async (_, content) => {
      await subject.append('ada', content);
      expect(contents(await subject.store.messages('ada', wholeRange))).toEqual([content]);
    });

    it('belongs to the user whose id it has, whatever that id contains', async () => {
      const ids = ['ada', 'Ada', 'ada ', "ada'; --", 'аda', '__proto__', 'constructor'];
      for (const id of ids) await subject.append(id, `from ${id}`);
      for (const id of ids) {
        expect(contents(await subject.store.messages(id, wholeRange))).toEqual([`from ${id}`]);
      }
      expect(await subject.store.check()).toEqual([]);
    });
  });
}
