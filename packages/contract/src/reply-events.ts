import * as z from 'zod/mini';
import { question, reply } from './examples.js';
import { describe, integer, string } from './meta.js';

// The server-sent events of a streamed response. The data of `message` is the body of the response without streaming.

export const ReplyDeltaSchema = describe(
  z.object({
    id: string('The id of the future message.'),
    offset: integer('The position of the delta in the reply, in UTF-16 code units.'),
    content: string('The delta. The joined deltas are the reply.'),
  }),
  {
    description: 'The data of a `delta` event.',
    examples: [{ id: reply.id, offset: 8, content: 'every ten ' }],
  },
);
export type ReplyDelta = z.infer<typeof ReplyDeltaSchema>;

export const ReplyErrorSchema = describe(
  z.object({
    status: integer('The HTTP status that the response would have without streaming.'),
    detail: string('One sentence that explains the error.'),
  }),
  {
    description: 'The data of an `error` event, the last one of the stream.',
    examples: [{ status: 503, detail: 'The assistant gave no reply.' }],
  },
);
export type ReplyError = z.infer<typeof ReplyErrorSchema>;

/** The models of the events by their names in the OpenAPI document. */
export const replyEventModels = { ReplyDelta: ReplyDeltaSchema, ReplyError: ReplyErrorSchema };

/** A whole stream, for the OpenAPI document. */
export const replyStreamExample = [
  `event: delta\ndata: ${JSON.stringify({ id: reply.id, offset: 0, content: 'Line 7, ' })}\n\n`,
  ': heartbeat\n\n',
  `event: delta\ndata: ${JSON.stringify({ id: reply.id, offset: 8, content: reply.content.slice(8) })}\n\n`,
  `event: message\ndata: ${JSON.stringify({ response: reply.content, messages: [question, reply] })}\n\n`,
].join('');
