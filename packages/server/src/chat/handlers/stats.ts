import { chatStats as chatStatsOf, messageStats as messageStatsOf } from '../statistics.js';
import type { UserState } from '../store.js';
import type { Handler, House } from './handler.js';

export const chatStats: Handler<'chatStats'> =
  (house) =>
  async ({ userId }) => {
    const state = await house.store.state(userId);
    return { body: chatStatsOf(state, today(house, state)) };
  };

export const messageStats: Handler<'messageStats'> =
  (house) =>
  async ({ userId }) => {
    const state = await house.store.state(userId);
    return { body: messageStatsOf(state, today(house, state)) };
  };

function today({ conversation }: House, state: UserState): string {
  return conversation.dayOf(conversation.timeFor(state));
}
