import type * as contract from '@chat/contract';
import { expectTypeOf, it } from 'vitest';
import type { ChatRoute } from './hooks.js';
import type {
  ChatReply,
  ChatSession,
  ChatStats,
  Message,
  MessageStats,
  Pagination,
} from './models.js';

it('writes the types out as the contract has them', () => {
  expectTypeOf<Message>().toEqualTypeOf<contract.Message>();
  expectTypeOf<ChatSession>().toEqualTypeOf<contract.ChatSession>();
  expectTypeOf<Pagination>().toEqualTypeOf<contract.Pagination>();
  expectTypeOf<ChatReply>().toEqualTypeOf<contract.SendMessageResponse>();
  expectTypeOf<ChatStats>().toEqualTypeOf<contract.ChatStats>();
  expectTypeOf<MessageStats>().toEqualTypeOf<contract.MessageStats>();
  expectTypeOf<ChatRoute>().toEqualTypeOf<contract.RouteName>();
});
