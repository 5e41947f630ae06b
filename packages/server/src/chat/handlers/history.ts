import { contentProblem, type HistoryQuery, type RouteResponse, requests } from '@chat/contract';
import { pageRange } from '../pages.js';
import { Problem } from '../problem.js';
import type { MessageRecord, SeqRange } from '../store.js';
import { deliver } from './deliver.js';
import { type Handler, type House, readQuery } from './handler.js';

const idMaxLength = 255;

interface Series {
  readonly total: number;
  read(range: SeqRange): Promise<MessageRecord[]>;
}

export const history: Handler<'history'> = (house, request) => {
  const query = readQuery<HistoryQuery>(requests.history.query, request);
  const { page, pageSize, order, sessionId } = query;
  return async ({ userId }) => {
    const { pages, store } = house;
    const position = await store.position(userId);
    // No session's id has a NUL, so no two pages have one key.
    const key = `${userId}\0${page} ${pageSize} ${order}\0${sessionId ?? ''}`;
    const known = pages.find(key, position);
    if (known !== undefined) return { json: known };
    const series: Series =
      sessionId === undefined
        ? { total: position.lastSeq, read: (range) => store.messages(userId, range) }
        : await seriesOfSession(house, userId, sessionId);
    const range = pageRange(series.total, page, pageSize, order);
    const records = range === undefined ? [] : await series.read(range);
    const messages = await deliver(house, request, records, position.readSeq);
    if (order === 'desc') messages.reverse();
    const pagination = { total: series.total, page, pageSize };
    const json = JSON.stringify({ messages, pagination } satisfies RouteResponse<'history'>);
    if (records.every((record) => record.delivered)) pages.keep(key, position, json);
    return { json };
  };
};

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
