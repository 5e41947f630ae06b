/**
 * Publishes events to all instances, including this one, in order for each user.
 *
 * @example
 * ```ts
 * import type { FanOut, FanOutEvent } from '@chat/server';
 *
 * // For one process.
 * const listeners = new Set<(userId: string, event: FanOutEvent) => void>();
 * const fanOut: FanOut = {
 *   publish(userId, event) {
 *     for (const listener of listeners) listener(userId, event);
 *   },
 *   subscribe(listener) {
 *     listeners.add(listener);
 *     return () => void listeners.delete(listener);
 *   },
 * };
 * ```
 */
export interface FanOut {
  /** Publishes an event to all instances. Never throws: a lost message is found in the store. */
  publish(userId: string, event: FanOutEvent): void;
  /**
   * Receives every `frame` of the users with a socket on this instance, and every other event of all users: each instance
   * caches verified tokens, and each may generate the reply that a user stops. Returns a function that ends the subscription.
   */
  subscribe(listener: (userId: string, event: FanOutEvent) => void): () => void;
  /** Missing when all events come from this process, so that none is lost. */
  readonly remote?: RemoteFanOut;
}

/**
 * Events of other instances, over a connection that may lose them.
 *
 * @example
 * ```ts
 * import type { RemoteFanOut } from '@chat/server';
 *
 * // For a status page.
 * const remote: RemoteFanOut | undefined = shared.fanOut.remote;
 * const receivesEvents = remote === undefined || remote.isConnected();
 * ```
 */
export interface RemoteFanOut {
  /** Subscribes to the frames of a user, from when `ready` resolves until `stop`. Never rejects. */
  subscribeUser(userId: string): {
    /** Resolves when the subscription is active, or at once when there is no connection. */
    readonly ready: Promise<void>;
    /** Ends the subscription. */
    stop(): void;
  };
  /** Whether events can arrive. While they cannot, new messages are read from the store. */
  isConnected(): boolean;
}

/**
 * An event that one instance publishes to all.
 *
 * @example
 * ```ts
 * import type { FanOutEvent } from '@chat/server';
 *
 * // An application's own cache of verified tokens removes revoked ones.
 * const verified = new Map<string, { userId: string }>();
 * const stop = shared.fanOut.subscribe((_userId, event: FanOutEvent) => {
 *   if (event.kind === 'revoked') verified.delete(event.jti);
 * });
 * ```
 */
export type FanOutEvent =
  | {
      /** A frame for the user's sockets. */
      readonly kind: 'frame';
      /** The serialized frame. */
      readonly frame: string;
      /** The number of the stored message in the frame, if it contains one. */
      readonly seq?: number;
      /** Whether that message is already marked as delivered, or will be together with its reply. */
      readonly delivered?: boolean;
      /** The one socket that does not receive it. */
      readonly exceptSocketId?: string;
      /** Whether only sockets with `stream=1` receive it. */
      readonly streamOnly?: boolean;
      /** The position of the delta in the frame, if it contains one. A reply without text has one of length 0. */
      readonly delta?: {
        /** The id of the future message. */
        readonly id: string;
        /** Where the delta starts, in UTF-16 code units. */
        readonly offset: number;
        /** Its length, in UTF-16 code units. */
        readonly length: number;
        /** The key of the turn; at offset 0 only: other instances find the reply by it. */
        readonly key?: string;
      };
    }
  | {
      /** The instance that generates a reply to the user publishes its text so far. */
      readonly kind: 'text-request';
    }
  | {
      /** The instance that generates a reply to the user stops it. */
      readonly kind: 'stop';
      /** Identifies the request in its result. */
      readonly requestId: string;
      /** The question or the reply; missing for any reply. */
      readonly messageId?: string;
    }
  | {
      /** An instance has received a `stop` of its reply; the result follows. */
      readonly kind: 'stop-accepted';
      /** The id of the request. */
      readonly requestId: string;
    }
  | {
      /** The result of a `stop`, from the instance that generated the reply. */
      readonly kind: 'stop-result';
      /** The id of the request. */
      readonly requestId: string;
      /** Whether the reply was stopped; false when it was complete first. */
      readonly stopped: boolean;
    }
  | {
      /** A token was revoked. */
      readonly kind: 'revoked';
      /** The id of the token. */
      readonly jti: string;
    }
  | {
      /** Events of any user may have been lost and must be read from the store. */
      readonly kind: 'resync';
    };
