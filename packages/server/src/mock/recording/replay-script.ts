import type { MockReplyContext } from '../backend/options.js';
import { delay } from '../backend/reply-rules.js';
import type { MockRecording, RecordedEvent, RecordedTurn } from './recording.js';

/** How much later than in the recording the user may stop a reply. */
const stopGraceMs = 10_000;

/** The turns of a recording that were not replayed yet. */
export class ReplayScript {
  readonly usernames: readonly string[];
  readonly #unused: RecordedTurn[];

  constructor({ turns }: MockRecording) {
    this.#unused = [...turns];
    this.usernames = [...new Set(turns.map(({ username }) => username))];
  }

  /** The next turn with this message, without using it up. */
  peek(username: string, message: string): RecordedTurn | undefined {
    return this.#unused.find((turn) => turn.username === username && turn.message === message);
  }

  use(turn: RecordedTurn): void {
    this.#unused.splice(this.#unused.indexOf(turn), 1);
  }

  /** The reply of the next turn with this message. */
  async *reply(
    message: string,
    { username, signal }: Pick<MockReplyContext, 'username' | 'signal'>,
    onFinished: (later: readonly RecordedEvent[]) => void,
  ): AsyncGenerator<string> {
    const turn = this.peek(username, message);
    if (turn === undefined) {
      throw new Error(`The recording has no further turn of "${username}" with this message.`);
    }
    this.use(turn);
    let sent = '';
    for (const [index, event] of turn.events.entries()) {
      // The text of a stopped reply arrived before the stop.
      if (!event.stopped) await delay(event.delayMs, signal);
      if (event.error !== undefined) throw new Error(event.error);
      if (event.delta !== undefined) {
        sent += event.delta;
        yield event.delta;
      }
      if (event.reply === undefined) continue;
      onFinished(turn.events.slice(index + 1));
      const rest = event.reply.startsWith(sent) ? event.reply.slice(sent.length) : '';
      if (rest !== '') yield rest;
      if (event.stopped) await delay(event.delayMs + stopGraceMs, signal);
      return;
    }
  }
}

/** Why the backend rejected the message of a turn; `undefined` when there was a reply. */
export function rejectionOf({ events, status = 200 }: RecordedTurn): RecordedEvent | undefined {
  const rejection = events.find(
    ({ error, rateLimited }) => error !== undefined || rateLimited !== undefined,
  );
  return rejection ?? (status >= 400 ? { delayMs: 0, error: '' } : undefined);
}
