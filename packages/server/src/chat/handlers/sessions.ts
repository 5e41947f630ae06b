import { type PageQuery, requests } from '@chat/contract';
import { pageRange } from '../pages.js';
import { presentSession } from '../present.js';
import { type Handler, readQuery } from './handler.js';

export const sessions: Handler<'sessions'> = (house, request) => {
  const { page, pageSize } = readQuery<PageQuery>(requests.sessions.query, request);
  return async ({ userId }) => {
    const { sessionCount: total } = await house.store.state(userId);
    const range = pageRange(total, page, pageSize, 'desc');
    const records = range === undefined ? [] : await house.store.sessions(userId, range);
    const newestFirst = records.map(presentSession).reverse();
    return { body: { sessions: newestFirst, pagination: { total, page, pageSize } } };
  };
};
