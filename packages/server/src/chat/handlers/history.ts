import { contentProblem, type HistoryQuery, requests } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import { pageRange } from '../pages.js';
import { Problem } from '../problem.js';
import type { MessageRecord, SeqRange, UserState } from '../store.js';
import { deliver } from './deliver.js';
import { type Handler, type House, readQuery } from './handler.js';

const idMaxLength = 255;

interface Series {
  readonly total: number;
  /** What of it is written already; missing where nothing is looked for. */
  find?(range: SeqRange): string[] | undefined;
  read(range: SeqRange): Promise<MessageRecord[]>;
}

export const history: Handler<'history'> = (house, request) => {
  const query = readQuery<HistoryQuery>(requests.history.query, request);
  const { page, pageSize, order, sessionId } = query;
  return async ({ userId }) => {
    const { store, written } = house;
    const state = await store.state(userId);
    const series: Series =
      sessionId === undefined
        ? {
            total: state.lastSeq,
            find: (range) => written.find(userId, range, state),
            read: (range) => store.messages(userId, range),
          }
        : await seriesOfSession(house, userId, sessionId);
    const range = pageRange(series.total, page, pageSize, order);
    const messages = range === undefined ? [] : await write(house, request, series, range, state);
    if (order === 'desc') messages.reverse();
    const pagination = JSON.stringify({ total: series.total, page, pageSize });
    return { json: `{"messages":[${messages.join(',')}],"pagination":${pagination}}` };
  };
};

/** The messages of a range as JSON, ascending. */
async function write(
  house: House,
  request: ChatRequest,
  series: Series,
  range: SeqRange,
  state: UserState,
): Promise<string[]> {
  const known = series.find?.(range);
  if (known !== undefined) return known;
  const records = await series.read(range);
  const messages = await deliver(house, request, records, state.readSeq);
  return messages.map((message, index) => house.written.add(records[index]!, message, state));
}

async function seriesOfSession(
  { store }: House,
  userId: string,
  sessionId: string,
): Promise<Series> {
  // An id that no store can hold is nobody's.
  const isId = contentProblem(sessionId, idMaxLength) === undefined;
  const session = isId ? await store.session(userId, sessionId) : undefined;
  if (session === undefined) throw new Problem(404, 'You have no session with this sessionId.');
  const read = (range: SeqRange) => store.sessionMessages(userId, sessionId, range);
  return { total: session.messageCount, read };
}
