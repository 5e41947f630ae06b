import type { MessageRecord } from './store.js';

/** For what was sent behind a message that was not taken. */
export const outOfOrder = 'A message before it was not taken: send this one again after it.';

/** What a user says, checked by its door already, over REST or a socket. */
export interface Turn {
  readonly userId: string;
  /** Passed `contentProblem`. */
  readonly content: string;
  /** An `Idempotency-Key` or a frame's id, checked with `keyProblem`; the turn is had once. */
  readonly key?: string | undefined;
  /** The frame's id, to be carried back as `data.clientId`. Missing for REST. */
  readonly clientId?: string | undefined;
  /** Called once, when the user's message is stored or was found stored, before the assistant is asked. */
  readonly onStored?: ((stored: StoredTurn) => void) | undefined;
  /**
   * Aborted when whoever sent this went away. A turn that still waits is then dropped unstored. One
   * that is stored goes on to its reply, unless it has no key: nobody could ask for that reply again.
   */
  readonly signal?: AbortSignal | undefined;
  /** Asked when its turn has come: a void one is refused, to be sent again in its order. */
  readonly isVoid?: (() => boolean) | undefined;
  /** Called when its turn fails, before the user's next one begins. */
  readonly onFailed?: ((error: unknown) => void) | undefined;
}

interface StoredTurn {
  readonly userMessage: MessageRecord;
  /**
   * True for a repeat: nothing was published, so a socket that wants its acknowledgement sends
   * `frame` to itself. Otherwise the frame went to all of the user's sockets through the fan-out.
   */
  readonly known: boolean;
  /** The user's `message` frame with the turn's `clientId`. */
  readonly frame: string;
}

export interface TurnResult {
  readonly userMessage: MessageRecord;
  readonly reply: MessageRecord;
  /** The user's watermark when this was read, for `presentMessage`. */
  readonly readSeq: number;
  /** Whether the answer had been given before. */
  readonly replayed: boolean;
}

/** One turn of a user at a time: store what was said, ask the assistant, store and publish the reply. */
export interface TurnEngine {
  /**
   * Resolves when the reply is stored. The chat allowance is the door's business.
   * @throws {@link Problem} 400 when the key was used with other content; when the assistant failed
   * (the message is stored) 503 with a key and 500 without; 503 when too many turns wait, or while draining.
   */
  send(turn: Turn): Promise<TurnResult>;
  /**
   * The assistant speaks first.
   * @throws {@link Problem} 503 when too many turns wait, or while draining.
   */
  push(userId: string, content: string): Promise<MessageRecord>;
  /** Refuses new turns from now on and resolves when those accepted are done. */
  drain(): Promise<void>;
}
