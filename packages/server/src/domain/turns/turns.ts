import type { AbortState } from '../api.js';
import type { MessageRecord, SessionRecord, TokenIds } from '../ports/store.js';
import type { RunningReply } from '../replies/running-reply.js';

export const outOfOrderMessage =
  'An earlier message was rejected: send this one again after that one.';

/** A validated message of a user, over REST or a socket. */
export interface Turn {
  readonly userId: string;
  /** Valid for `validateContent`. */
  readonly content: string;
  /** An `Idempotency-Key` or a frame's id, valid for `validateKey`. A turn with a known key is replayed. */
  readonly key?: string | undefined;
  /** The frame's id, returned as `data.clientId`. Missing for REST. */
  readonly clientId?: string | undefined;
  /**
   * The token of the request or socket: the transaction stores nothing when it is revoked. `confirm` is called when it is not.
   */
  readonly token?:
    | { readonly ids: TokenIds; readonly confirm?: (() => void) | undefined }
    | undefined;
  /** Called once, when the user's message is stored or was already stored, before the assistant is called. */
  readonly onStored?: ((stored: StoredTurn) => void) | undefined;
  /**
   * Aborted when the client disconnects. A waiting turn is then dropped without storing it. A turn whose message is stored
   * continues: a disconnect is not a stop.
   */
  readonly signal?: AbortState | undefined;
  /** Called when the turn starts. A superseded turn is rejected; the client sends it again in the right order. */
  readonly isSuperseded?: (() => boolean) | undefined;
  /** Called when the turn fails, before the user's next one starts. */
  readonly onFailed?: ((error: unknown) => void) | undefined;
  /** Called when the assistant is called. */
  readonly onReply?: ((reply: RunningReply) => void) | undefined;
}

/** A request for another reply to a question. */
export type Regeneration = Pick<Turn, 'userId' | 'key' | 'token' | 'signal' | 'onReply'> & {
  /** The id of the question or of a reply to it. */
  readonly messageId: string;
};

interface StoredTurn {
  readonly userMessage: MessageRecord;
  /**
   * Whether the message was already stored. Then nothing is published, and the socket sends `frame` to itself as the
   * acknowledgement. Otherwise the fan-out sends the frame to all of the user's sockets.
   */
  readonly isRepeat: boolean;
  /** The `message` frame with the turn's `clientId`. */
  readonly frame: string;
}

export interface TurnResult {
  readonly userMessage: MessageRecord;
  /** Missing when it was stopped before it had text. */
  readonly reply?: MessageRecord | undefined;
  /** The user has read all messages up to this number. */
  readonly readSeq: number;
  /** Whether the reply was already stored. */
  readonly replayed: boolean;
}

/** Runs one turn of a user at a time: stores the message, calls the assistant, stores and publishes the reply. */
export interface TurnEngine {
  /**
   * Resolves when the reply is stored. The caller checks the rate limit.
   * @throws {@link HttpError} 400 when the key was used with other content; when the assistant failed
   * (the message is stored) 503 with a key and 500 without; 503 when too many turns wait, or while draining.
   */
  send(turn: Turn): Promise<TurnResult>;
  /**
   * Stores another reply to a question. Resolves when it is stored.
   * @throws {@link HttpError} 404 for an unknown message, 400 for one without a question, and the errors of `send`.
   */
  regenerate(turn: Regeneration): Promise<TurnResult>;
  /**
   * Starts the session of the user's next message, after the running turns.
   * @throws {@link HttpError} 503 when too many turns wait, or while draining.
   */
  newSession(userId: string): Promise<SessionRecord>;
  /**
   * Adds a message of the assistant without a question.
   * @throws {@link HttpError} 503 when too many turns wait, or while draining.
   */
  pushMessage(userId: string, content: string): Promise<MessageRecord>;
  /** Rejects new turns and resolves when the accepted ones are done. */
  drain(): Promise<void>;
}
