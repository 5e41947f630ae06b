import type { FrameData, ServerFrame } from '@chat/contract';
import type { MockRecording, RecordedEvent, RecordedTurn } from './recording.js';

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

/** A turn that is being recorded. */
export interface OpenTurn extends Mutable<Omit<RecordedTurn, 'events'>> {
  readonly events: Mutable<RecordedEvent>[];
}

interface TurnState {
  readonly turn: OpenTurn;
  /** The id of the client's frame. */
  readonly frameId: string | undefined;
  lastEventAt: number;
  isOpen: boolean;
}

/** Collects the turns of all users from what a proxy sees. */
export class TurnLog {
  readonly #states: TurnState[] = [];
  readonly #now: () => number;
  /** Whether the backend says which message a reply answers. */
  #hasReplyTo = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A user has asked for another reply. The message is unknown until the response has arrived. */
  startRegeneration(username: string, via: RecordedTurn['via']): OpenTurn {
    return Object.assign(this.start(username, via, ''), { regenerated: true });
  }

  /** A user has sent a message. */
  start(
    username: string,
    via: RecordedTurn['via'],
    message: string,
    frameId?: string | undefined,
  ): OpenTurn {
    const turn: OpenTurn = { username, via, message, events: [] };
    this.#states.push({ turn, frameId, lastEventAt: this.#now(), isOpen: true });
    return turn;
  }

  add(turn: OpenTurn, event: Omit<RecordedEvent, 'delayMs'>): void {
    const state = this.#states.find((each) => each.turn === turn);
    if (state === undefined) return;
    const now = this.#now();
    turn.events.push({ delayMs: Math.round(now - state.lastEventAt), ...event });
    state.lastEventAt = now;
  }

  /** Adds the last event of the turn itself. Pushes and closed sockets may follow. */
  finish(turn: OpenTurn, event: Omit<RecordedEvent, 'delayMs'>): void {
    this.add(turn, event);
    const state = this.#states.find((each) => each.turn === turn);
    if (state !== undefined) state.isOpen = false;
  }

  /** A frame of the backend to the one socket of a user that is recorded. */
  frame(username: string, { type, data }: ServerFrame): void {
    const open = this.#states.filter(({ turn, isOpen }) => isOpen && turn.username === username);
    if (type === 'message') {
      if (data.role === 'assistant') this.#assistantMessage(username, data, open[0]?.turn);
    } else if (data.event === 'delta') {
      // On another connection than the response, which may have arrived first.
      const turn = open[0]?.turn ?? this.#lastOf(username)?.turn;
      // The deltas of a streamed response are recorded from the response.
      if (turn !== undefined && turn.via !== 'stream') this.add(turn, { delta: data.content });
    } else if (data.event === 'stopped') {
      // Without a reply there is no message frame.
      if (open[0]?.turn.via === 'socket') this.finish(open[0].turn, { reply: '', stopped: true });
    } else if (data.event === 'error' || data.event === 'rate_limited') {
      const ofSocket = open.filter(({ turn }) => turn.via === 'socket');
      const found = ofSocket.find(({ frameId }) => frameId === data.id) ?? ofSocket[0];
      if (found === undefined) return;
      const { retryAfterMs = 0 } = data;
      const isLimit = data.event === 'rate_limited';
      this.finish(found.turn, isLimit ? { rateLimited: retryAfterMs } : { error: data.content });
    }
  }

  /** The backend has closed the recorded socket of a user. */
  closed(username: string, code: number, reason: string): void {
    const last = this.#lastOf(username);
    if (last === undefined) return;
    this.add(last.turn, { close: code, ...(reason !== '' && { reason }) });
  }

  /** The recording so far. @param replayed what the backend replays, if it is a mock */
  recording(replayed: MockRecording | undefined): MockRecording {
    // A rejected regeneration has no message and cannot be replayed.
    const complete = this.#states.filter(({ turn }) => !turn.regenerated || turn.message !== '');
    const turns = complete.map(({ turn }) => normalize(turn));
    return { version: 1, turns: withReplayedDelays(turns, replayed?.turns ?? []) };
  }

  #assistantMessage(username: string, data: FrameData, open: OpenTurn | undefined): void {
    this.#hasReplyTo ||= data.replyTo !== undefined;
    if (open?.via === 'socket') {
      this.finish(open, { reply: data.content, ...(data.stopped && { stopped: true }) });
      return;
    }
    // The response finishes a turn over HTTP.
    if (data.replyTo !== undefined || (open !== undefined && !this.#hasReplyTo)) return;
    const last = open ?? this.#lastOf(username)?.turn;
    if (last === undefined) return;
    // Backends without `replyTo`: the frame may follow the response.
    if (last.events.at(-1)?.reply === data.content && last.via !== 'socket') return;
    this.add(last, { push: data.content });
  }

  #lastOf(username: string): TurnState | undefined {
    return this.#states.findLast(({ turn }) => turn.username === username);
  }
}

/**
 * In the order in which the backend sent the events: they arrive on several connections. One delta that is the whole reply
 * is omitted: it says nothing, and a backend that does not stream sends none.
 */
function normalize({ events: received, ...turn }: OpenTurn): RecordedTurn {
  const sorted = received.toSorted((one, other) => rankOf(one) - rankOf(other));
  const deltas = sorted.filter(({ delta }) => delta !== undefined);
  const [only] = deltas;
  const reply = sorted.find((event) => event.reply !== undefined);
  const isWhole = only !== undefined && reply !== undefined && only.delta === reply.reply;
  const events = isWhole
    ? sorted
        .filter((event) => event !== only)
        .map((event) =>
          event === reply ? { ...event, delayMs: event.delayMs + only.delayMs } : event,
        )
    : sorted;
  return withoutTokens({ ...turn, events });
}

function rankOf({ close, delta, push }: RecordedEvent): number {
  if (delta !== undefined) return 0;
  return push === undefined && close === undefined ? 1 : 2;
}

/**
 * A mock that replays a recording says which one. Its delays are used for the same turns: measured ones differ by some
 * milliseconds each time, and recording a replayed conversation would change the file.
 */
function withReplayedDelays(
  turns: readonly RecordedTurn[],
  replayed: readonly RecordedTurn[],
): RecordedTurn[] {
  const unused = [...replayed];
  return turns.map((turn) => {
    const index = unused.findIndex((each) => shapeOf(each) === shapeOf(turn));
    return index === -1 ? turn : (unused.splice(index, 1)[0] ?? turn);
  });
}

/**
 * Everything except the delays and the boundaries of deltas: a stream joins the deltas that its reader has not received
 * yet.
 */
function shapeOf(turn: RecordedTurn) {
  const { events, message, regenerated, retryAfterSeconds, status, username, via } = turn;
  const deltas = events.map(({ delta = '' }) => delta).join('');
  const isWhole = events.some(({ reply }) => reply !== undefined && reply === deltas);
  const shapes = events
    .filter(({ delta }) => delta === undefined)
    .map(({ delayMs: _, ...event }) => Object.entries(event).sort());
  return JSON.stringify([
    username,
    via,
    message,
    regenerated,
    status,
    retryAfterSeconds,
    isWhole ? '' : deltas,
    shapes,
  ]);
}

/** A recording contains no secrets. Tokens of this protocol are JSON Web Tokens. */
function withoutTokens<T>(value: T): T {
  const json = JSON.stringify(value).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]');
  return JSON.parse(json) as T;
}
