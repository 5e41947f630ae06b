import { type ChatClient, type ChatSocket, isChatError } from '@chat/client';
import type { Progress } from './progress.js';

/** What the client reported about a message. */
export type Outcome = 'stored' | 'unknown' | 'not sent';

export interface SentMessage {
  readonly content: string;
  /** How it was sent: on the socket, with or without waiting for the reply, or over REST. */
  readonly via: 'send' | 'ask' | 'over REST';
  /** Set when it is known. */
  outcome?: Outcome;
  /** The content of the reply, if the client returned one. */
  reply?: string;
}

/** One socket of the user, with the messages it sent and received. */
export interface LoadClient {
  readonly socket: ChatSocket;
  readonly sent: SentMessage[];
  /** `role: content`, in the order of the `message` events. */
  readonly received: string[];
  /** State changes and recoveries, each with the number of messages received before it. */
  readonly log: string[];
  /** How often the backend closed the open socket because its token had expired. */
  readonly tokenExpiredCloses: number;
  /** Sends these messages, `concurrency` at a time; resolves when every outcome is known. */
  send(messages: readonly SentMessage[], settled: Progress, concurrency?: number): Promise<void>;
}

export function createLoadClient(client: ChatClient, socket: ChatSocket): LoadClient {
  const sent: SentMessage[] = [];
  const received: string[] = [];
  const log: string[] = [];
  let tokenExpiredCloses = 0;
  let isOpen = false;
  socket.on('state', ({ state, code, reason, error }) => {
    if (isOpen && code === 4401) tokenExpiredCloses += 1;
    isOpen = state === 'open';
    const why = error === undefined ? [code, reason] : [code, String(error)];
    log.push(`${received.length} ${state} ${why.join(' ')}`);
  });
  socket.on('recovered', ({ count, complete }) => {
    log.push(`${received.length} recovered ${count}${complete ? '' : ', incomplete'}`);
  });
  socket.on('message', ({ role, content }) => received.push(`${role}: ${content}`));

  const sendOne = async (message: SentMessage): Promise<void> => {
    try {
      const { content, via } = message;
      if (via === 'send') await socket.send(content);
      else if (via === 'ask') message.reply = (await socket.ask(content)).content;
      else message.reply = (await client.chat.send(content, { return: 'minimal' })).response;
      message.outcome = 'stored';
    } catch (error) {
      message.outcome = outcomeOf(error);
    }
  };

  return {
    socket,
    sent,
    received,
    log,
    get tokenExpiredCloses() {
      return tokenExpiredCloses;
    },
    async send(messages, settled, concurrency = 1) {
      const queue = [...messages];
      const worker = async (): Promise<void> => {
        for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
          sent.push(message);
          await sendOne(message);
          settled.increment();
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
  };
}

/** Maps the client's error to an outcome. Other errors fail the test. */
function outcomeOf(error: unknown): Outcome {
  if (isChatError(error, 'outcome_unknown')) return 'unknown';
  if (isChatError(error, 'not_sent')) return 'not sent';
  // Over REST: no response, or one that is not from the backend's handler.
  if (isChatError(error, 'connection_failed') || isChatError(error, 'timeout')) return 'unknown';
  if (isChatError(error, 'server_error')) return 'unknown';
  throw error;
}
