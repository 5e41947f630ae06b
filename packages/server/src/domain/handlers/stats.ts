import type { DomainContext } from '../context.js';
import {
  chatStats as chatStatsOf,
  messageStats as messageStatsOf,
} from '../messages/statistics.js';
import type { UserState } from '../ports/store.js';
import type { Handler } from './handler.js';

export const chatStats: Handler<'chatStats'> =
  (context) =>
  async ({ userId }) => {
    const state = await context.store.state(userId);
    return { body: chatStatsOf(state, today(context, state)) };
  };

export const messageStats: Handler<'messageStats'> =
  (context) =>
  async ({ userId }) => {
    const state = await context.store.state(userId);
    return { body: messageStatsOf(state, today(context, state)) };
  };

function today({ appender }: DomainContext, state: UserState): string {
  return appender.localDate(appender.nextTimestamp(state));
}
