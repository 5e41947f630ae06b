import { type PageQuery, routeSpecs } from '@chat/contract';
import { pageRange } from '../messages/page-range.js';
import { serializeSession } from '../messages/serialize.js';
import { type Handler, parseQueryString } from './handler.js';

export const sessions: Handler<'sessions'> = (context, request) => {
  const { page, pageSize } = parseQueryString<PageQuery>(routeSpecs.sessions.query, request);
  return async ({ userId }) => {
    const { sessionCount: total } = await context.store.state(userId);
    const range = pageRange(total, page, pageSize, 'desc');
    const records = range === undefined ? [] : await context.store.sessions(userId, range);
    const newestFirst = records.map(serializeSession).reverse();
    return { body: { sessions: newestFirst, pagination: { total, page, pageSize } } };
  };
};
