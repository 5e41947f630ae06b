import type * as contract from '@chat/contract';
import { expectTypeOf, it } from 'vitest';
import type { ReplyStream } from '../reply-stream.js';
import type { RouteName } from './hooks.js';
import type {
  ChatReply,
  ChatSession,
  ChatStats,
  Message,
  MessageStats,
  Pagination,
  ReplyDelta,
} from './models.js';

/** The client also delivers the roles and statuses of newer backends. */
type Open<Item> = Item extends { role: infer Role; status?: infer Status }
  ? Omit<Item, 'role' | 'status'> & {
      role: Role | (string & {});
      status?: Status | (string & {});
    }
  : never;

it('has the same types as the contract', () => {
  expectTypeOf<Message>().branded.toEqualTypeOf<Open<contract.Message>>();
  expectTypeOf<ChatSession>().toEqualTypeOf<contract.ChatSession>();
  expectTypeOf<Pagination>().toEqualTypeOf<contract.Pagination>();
  expectTypeOf<contract.RouteResponse<'sendMessage'>>().toExtend<ChatReply>();
  expectTypeOf<contract.RouteResponse<'regenerate'>>().toExtend<ChatReply>();
  expectTypeOf<contract.ReplyDelta>().toExtend<ReplyDelta>();
  expectTypeOf<ChatStats>().toEqualTypeOf<contract.ChatStats>();
  expectTypeOf<MessageStats>().toEqualTypeOf<contract.MessageStats>();
  expectTypeOf<RouteName>().toEqualTypeOf<contract.RouteName>();
});

it('types a stream by its deltas and its result', async () => {
  const read = async (stream: ReplyStream) => {
    for await (const delta of stream) expectTypeOf(delta).toEqualTypeOf<ReplyDelta>();
    expectTypeOf(await stream.reply).toEqualTypeOf<ChatReply>();
    // @ts-expect-error It is not a promise of the result itself.
    stream.response;
  };
  expectTypeOf(read).returns.resolves.toEqualTypeOf<void>();
});
