import { type HistoryQuery, type Message, routeSpecs } from '@chat/contract';
import type { DomainContext } from '../context.js';
import { HttpError } from '../errors.js';
import { jsonParts, maxWholeLength } from '../http/json-parts.js';
import { type KnownMessages, pageEnd, pageJson } from '../messages/page-cache.js';
import { pageRange } from '../messages/page-range.js';
import type { MessageRange, MessageRecord } from '../ports/store.js';
import { type Handler, isPossibleId, parseQueryString } from './handler.js';
import { messageSlices } from './message-slices.js';
import { contentLength, respondWith } from './respond-with.js';

interface MessageSource {
  readonly total: number;
  read(range: MessageRange): Promise<MessageRecord[]>;
}

/** The request was received in this turn of the event loop, so later commits of other processes are not needed. */
const turnSnapshot = { turnSnapshot: true };

export const history: Handler<'history'> = (context, request) => {
  const query = parseQueryString<HistoryQuery>(routeSpecs.history.query, request);
  const { page, pageSize, order, sessionId } = query;
  return async ({ userId }) => {
    const { pages, store } = context;
    const position = await store.position(userId, turnSnapshot);
    // Ids contain no NUL, so every page has its own key.
    const key = `${userId}\0${page} ${pageSize} ${order}\0${sessionId ?? ''}`;
    const cached = pages.get(key, position);
    if (cached !== undefined) return { json: cached };
    const source: MessageSource =
      sessionId === undefined
        ? { total: position.lastSeq, read: (range) => store.messages(userId, range, turnSnapshot) }
        : await sessionSource(context, userId, sessionId);
    if (request.headOnly) return { json: '' };
    const range = pageRange(source.total, page, pageSize, order);
    const known = sessionId === undefined ? pages.known(key, position) : undefined;
    const { records, texts: before } =
      (range && known && (await readNewer(source, range, known))) ?? (await readAll(source, range));
    const pagination = { total: source.total, page, pageSize };
    const serialize = (some: readonly MessageRecord[]) =>
      respondWith(context, request, some, position.readSeq);
    if (range !== undefined && contentLength(records) > maxWholeLength) {
      const slices = messageSlices({ range, order, read: source.read, serialize });
      return { json: jsonParts('{"messages":', slices, pageEnd(pagination)) };
    }
    const messages: Message[] = await serialize(records);
    const texts = [...before, ...messages.map((message) => JSON.stringify(message))];
    if (order === 'desc') texts.reverse();
    const json = pageJson(texts, pagination);
    if (records.every((record) => record.delivered)) {
      const isReusable = range !== undefined && sessionId === undefined;
      pages.set(key, position, json, isReusable ? { range, order, texts } : undefined);
    }
    return { json };
  };
};

interface PageRead {
  readonly records: readonly MessageRecord[];
  /** The JSON of the messages before them, oldest first. */
  readonly texts: readonly string[];
}

async function readAll(source: MessageSource, range: MessageRange | undefined): Promise<PageRead> {
  return { records: range === undefined ? [] : await source.read(range), texts: [] };
}

/** Reads only the messages of a page that are new. Undefined when the whole page must be read. */
async function readNewer(
  source: MessageSource,
  range: MessageRange,
  known: KnownMessages,
): Promise<PageRead | undefined> {
  const { lastSeq, lastTimestamp } = known.position;
  const { to } = known.range;
  const othersAreNew = to === lastSeq || range.to <= to;
  if (range.from > to || !othersAreNew) return undefined;
  const [newest, ...newer] = await source.read({ from: lastSeq, to: Math.max(lastSeq, range.to) });
  // The database may have been replaced.
  if (newest?.timestamp !== lastTimestamp) return undefined;
  if (known.length + contentLength(newer) > maxWholeLength) return undefined;
  return { records: newer, texts: knownTexts(range, known) };
}

/** The known messages of a page, oldest first. */
function knownTexts(range: MessageRange, known: KnownMessages): string[] {
  const texts: string[] = [];
  const to = Math.min(range.to, known.range.to);
  for (let seq = range.from; seq <= to; seq += 1) texts.push(known.textOf(seq));
  return texts;
}

async function sessionSource(
  { store }: DomainContext,
  userId: string,
  sessionId: string,
): Promise<MessageSource> {
  const session = isPossibleId(sessionId) ? await store.session(userId, sessionId) : undefined;
  if (session === undefined) throw new HttpError(404, 'You have no session with this sessionId.');
  const before = session.firstSeq - 1;
  const read = ({ from, to }: MessageRange) =>
    store.messages(userId, { from: before + from, to: before + to });
  return { total: session.messageCount, read };
}
