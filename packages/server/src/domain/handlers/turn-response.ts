import { headers, protocolDefaults, type RouteResponse, serverHeaders } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import type { DomainContext } from '../context.js';
import { HttpError } from '../errors.js';
import { acceptsEvents } from '../http/accepts-events.js';
import { jsonParts, maxWholeLength } from '../http/json-parts.js';
import type { MessageRange, MessageRecord } from '../ports/store.js';
import { followRemoteReply } from '../replies/remote-reply.js';
import { ReplyStream } from '../replies/reply-stream.js';
import type { RunningReply } from '../replies/running-reply.js';
import { reportError } from '../report-error.js';
import { validateKey } from '../turns/idempotency-key.js';
import type { Turn, TurnResult } from '../turns/turns.js';
import type { Outcome } from './handler.js';
import { messageSlices } from './message-slices.js';
import { contentLength, respondWith } from './respond-with.js';

/** How many messages of a session are read at once. */
const sliceSize = 100;

/** A turn that does not start in this time may be in progress on another instance. */
const remoteLookupMs = 250;

const minimalPreference = 'return=minimal';

type TurnBody = RouteResponse<'sendMessage'>;

/** A turn as the response needs it. */
interface TurnToRespond {
  readonly userId: string;
  /** The key in the store, of which an earlier request may have started the turn. */
  readonly key: string | undefined;
  /** Whether a reply in progress with the same key is the reply of this turn. */
  isSame(reply: RunningReply): boolean;
  run(options: Pick<Turn, 'signal' | 'onReply'>): Promise<TurnResult>;
}

/** Responds with a question and its reply: at the end of the turn, or as server-sent events. */
export interface TurnResponder {
  readonly key: string | undefined;
  respond(turn: TurnToRespond): Promise<Outcome<TurnBody>>;
}

/**
 * Reads the headers of the request.
 * @throws {@link HttpError} 400 for an invalid idempotency key
 */
export function createTurnResponder(context: DomainContext, request: ChatRequest): TurnResponder {
  const key = readIdempotencyKey(request);
  const minimal = prefersMinimal(request);
  const { signal } = request;

  const responseHeaders = (replayed: boolean) => ({
    ...(replayed && { [serverHeaders.idempotencyReplayed]: 'true' }),
    ...(minimal && { [serverHeaders.preferenceApplied]: minimalPreference }),
  });

  const createBody = async (turn: TurnResult): Promise<Outcome<TurnBody>> => {
    const { userMessage, reply, readSeq } = turn;
    const response = reply?.content ?? '';
    if (minimal) {
      const records = reply === undefined ? [userMessage] : [userMessage, reply];
      const messages = await respondWith(context, request, records, readSeq);
      return { body: { response, messages } };
    }
    const { userId } = userMessage;
    const create = async () => {
      const { seq, sessionSeq } = reply ?? userMessage;
      // From the start of the session up to this message, also when the response is replayed.
      const range = { from: seq - sessionSeq + 1, to: seq };
      const read = (slice: MessageRange) => context.store.messages(userId, slice);
      const serialize = (some: readonly MessageRecord[]) =>
        respondWith(context, request, some, readSeq);
      const records = await readShort(range, read);
      if (records !== undefined) return { body: { response, messages: await serialize(records) } };
      const start = `{"response":${JSON.stringify(response)},"messages":`;
      const slices = messageSlices({ range, order: 'asc', read, serialize });
      return { json: jsonParts(start, slices, '}') };
    };
    // Never rejected: the message is stored, and the rate limit bounds how many wait.
    return context.reads.run(userId, request, create, Number.POSITIVE_INFINITY);
  };

  const toError = (error: unknown): HttpError => reportError(context, request, error);

  const streamed = async (turn: TurnToRespond): Promise<Outcome<TurnBody>> => {
    const { clock, fanOut, inFlight, limits, replies, streams } = context;
    const release = await streams.acquire(turn.userId, request);
    const stream = new ReplyStream(clock, limits.heartbeatMs);
    void inFlight.run(() => stream.closed);
    // An adapter may lose the connection before it reads the first event.
    request.onSent?.(() => stream.close());
    let replayed = false;
    let stopLookup = (): void => {};
    const running = replies.of(turn.userId);
    if (turn.key !== undefined && running?.key === turn.key && turn.isSame(running)) {
      replayed = true;
      stream.follow(running);
    } else if (turn.key !== undefined && fanOut.remote !== undefined) {
      const { userId, key } = turn;
      stopLookup = clock.after(remoteLookupMs, () => {
        stopLookup = followRemoteReply(context, userId, key, (reply) => {
          replayed = true;
          stream.follow(reply);
        });
      });
    }
    void stream.closed.then(() => {
      stopLookup();
      release();
    });
    const onReply = (reply: RunningReply): void => {
      stopLookup();
      replayed = false;
      stream.follow(reply);
    };
    turn.run({ signal, onReply }).then(
      (result) => {
        replayed ||= result.replayed;
        stream.end({
          reply: result.reply,
          createBody: () =>
            createBody(result)
              .then(toParts)
              .catch((error: unknown) => {
                throw toError(error);
              }),
        });
      },
      (error: unknown) => stream.end(toError(error)),
    );
    try {
      await stream.open();
    } catch (error) {
      stream.close();
      throw error;
    }
    return { events: stream.events, headers: responseHeaders(replayed) };
  };

  return {
    key,
    async respond(turn) {
      if (acceptsEvents(request)) return streamed(turn);
      const result = await turn.run({ signal });
      return { ...(await createBody(result)), headers: responseHeaders(result.replayed) };
    },
  };
}

function toParts(outcome: Outcome<TurnBody>): Iterable<string> | AsyncIterable<string> {
  if ('json' in outcome) return typeof outcome.json === 'string' ? [outcome.json] : outcome.json;
  return 'body' in outcome ? [JSON.stringify(outcome.body)] : [];
}

// A test that uses the mock may replace the timers, and would wait for this one forever.
const realSetTimeout = globalThis.setTimeout;

/** The messages of a range; `undefined` when they are too long for a body as a whole. */
async function readShort(
  { from: first, to: last }: MessageRange,
  read: (slice: MessageRange) => Promise<readonly MessageRecord[]>,
): Promise<readonly MessageRecord[] | undefined> {
  const records: MessageRecord[] = [];
  for (let from = first; from <= last; from += sliceSize) {
    // SQLite reads synchronously: other requests have their turn between two slices.
    if (from > first) await new Promise((resolve) => realSetTimeout(resolve, 0));
    records.push(...(await read({ from, to: Math.min(from + sliceSize - 1, last) })));
    if (contentLength(records) > maxWholeLength) return undefined;
  }
  return records;
}

function readIdempotencyKey(request: ChatRequest): string | undefined {
  const key = request.header(headers.idempotencyKey.toLowerCase());
  if (key === undefined) return undefined;
  const issue = validateKey(key, protocolDefaults.idempotencyKeyMaxLength);
  if (issue === undefined) return key;
  throw new HttpError(400, `Header "${headers.idempotencyKey}" ${issue}`);
}

/** `Prefer` is a list of preferences with optional parameters. The first one of a name counts (RFC 7240, 2). */
function prefersMinimal(request: ChatRequest): boolean {
  const given = request.header(headers.prefer.toLowerCase());
  if (given === undefined) return false;
  const preferences = given.split(',').map((preference) => preference.split(';')[0] ?? '');
  const returnPreference = preferences.find((word) => /^\s*return\s*(?:=|$)/i.test(word)) ?? '';
  return /=\s*"?minimal"?\s*$/i.test(returnPreference);
}
