import { type ChatClient, type ChatSocket, isChatError } from '@chat/client';
import type { Progress } from './progress.js';

/** What a caller was told of a message. */
export type Outcome = 'stored' | 'unknown' | 'not sent';

export interface Saying {
  readonly content: string;
  /** On the socket, with or without waiting for the answer, or by a call of its own. */
  readonly how: 'send' | 'ask' | 'over REST';
  /** Settled in the end. */
  outcome?: Outcome;
  /** What it was answered with, where that is told. */
  answer?: string;
}

/** One socket of the user, what it said, and what it showed. */
export interface StormSpeaker {
  readonly socket: ChatSocket;
  readonly said: Saying[];
  /** `role: content`, in the order of the events. */
  readonly shown: string[];
  /** What became of its line, each time with the number of messages that it had shown. */
  readonly log: string[];
  /** How often it was open when the backend said that its token had run out. */
  readonly expired: number;
  /** Says these, so many at a time; resolves when each is settled. */
  say(sayings: readonly Saying[], settled: Progress, atOnce?: number): Promise<void>;
}

export function createSpeaker(client: ChatClient, socket: ChatSocket): StormSpeaker {
  const said: Saying[] = [];
  const shown: string[] = [];
  const log: string[] = [];
  let expired = 0;
  let isOpen = false;
  socket.on('state', ({ state, code, reason, error }) => {
    if (isOpen && code === 4401) expired += 1;
    isOpen = state === 'open';
    const why = error === undefined ? [code, reason] : [code, String(error)];
    log.push(`${shown.length} ${state} ${why.join(' ')}`);
  });
  socket.on('recovered', ({ count, complete }) => {
    log.push(`${shown.length} recovered ${count}${complete ? '' : ', incomplete'}`);
  });
  socket.on('message', ({ role, content }) => shown.push(`${role}: ${content}`));

  const sayOne = async (saying: Saying): Promise<void> => {
    try {
      const { content, how } = saying;
      if (how === 'send') await socket.send(content);
      else if (how === 'ask') saying.answer = (await socket.ask(content)).content;
      else saying.answer = (await client.chat.send(content, { return: 'minimal' })).response;
      saying.outcome = 'stored';
    } catch (error) {
      saying.outcome = outcomeOf(error);
    }
  };

  return {
    socket,
    said,
    shown,
    log,
    get expired() {
      return expired;
    },
    async say(sayings, settled, atOnce = 1) {
      const queue = [...sayings];
      const voice = async (): Promise<void> => {
        for (let saying = queue.shift(); saying !== undefined; saying = queue.shift()) {
          said.push(saying);
          await sayOne(saying);
          settled.step();
        }
      };
      await Promise.all(Array.from({ length: atOnce }, voice));
    },
  };
}

/** What the error says of the message; an error that says nothing of it is a failure of the test. */
function outcomeOf(error: unknown): Outcome {
  if (isChatError(error, 'outcome_unknown')) return 'unknown';
  if (isChatError(error, 'not_sent')) return 'not sent';
  // Over REST: no answer came, or none of the backend's.
  if (isChatError(error, 'connection_failed') || isChatError(error, 'timeout')) return 'unknown';
  if (isChatError(error, 'server_error')) return 'unknown';
  throw error;
}
