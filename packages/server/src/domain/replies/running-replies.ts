import type { ChatApiDependencies } from '../api.js';
import { DeltaEvent, type DeltaFrame } from '../messages/delta-event.js';
import { typingFrame } from '../messages/frames.js';
import type { FanOutEvent } from '../ports/index.js';
import { ShortLivedMap } from '../short-lived-map.js';
import { RunningReply } from './running-reply.js';
import { createStopRequests, type StopRequests } from './stop-requests.js';

type FrameEvent = Extract<FanOutEvent, { kind: 'frame' }>;

type NewReply = ConstructorParameters<typeof RunningReply>[0] & {
  readonly userId: string;
  /** The user's stop request in the store when the turn started; only a newer one is for this reply. */
  readonly stopRequest: string | undefined;
};

/**
 * The replies that this instance generates, with their text so far. Serves sockets that join during a reply, requests
 * to stop it, and repeated requests for the same reply, from this instance and from others.
 */
export class RunningReplies {
  /** Ends the subscription to the events of other instances. */
  readonly close: () => void;
  readonly #dependencies: Pick<ChatApiDependencies, 'clock' | 'fanOut'>;
  readonly #stopRequests: StopRequests;
  /** A user has one turn at a time. */
  readonly #byUser = new ShortLivedMap<RunningReply>();
  readonly #deltaListeners = new Map<string, Set<(event: DeltaFrame) => void>>();

  constructor(
    dependencies: Pick<
      ChatApiDependencies,
      'clock' | 'fanOut' | 'idGenerator' | 'logger' | 'store'
    >,
  ) {
    this.#dependencies = dependencies;
    this.#stopRequests = createStopRequests(dependencies, (userId, messageId) =>
      this.#stopHere(userId, messageId),
    );
    this.close = dependencies.fanOut.subscribe((userId, event) => this.#onEvent(userId, event));
  }

  /** Adds a reply. `end` removes it. */
  start({ userId, stopRequest, ...newReply }: NewReply): {
    readonly reply: RunningReply;
    end(): void;
  } {
    const reply = new RunningReply(newReply);
    this.#byUser.set(userId, reply);
    const stopWatching = this.#stopRequests.watch(userId, stopRequest);
    return {
      reply,
      end: () => {
        stopWatching();
        if (this.#byUser.get(userId) === reply) this.#byUser.delete(userId);
      },
    };
  }

  /** The user's reply that this instance generates. */
  of(userId: string): RunningReply | undefined {
    return this.#byUser.get(userId);
  }

  /**
   * Stops the user's reply, on any instance.
   * @param messageId the question or the reply; without it, any reply is stopped
   * @returns whether a reply was stopped
   */
  async stop(userId: string, messageId?: string): Promise<boolean> {
    const outcome = this.#stopHere(userId, messageId);
    if (outcome !== undefined) return outcome;
    return this.#byUser.has(userId) ? false : this.#stopRequests.send(userId, messageId);
  }

  /** The event for a socket that joins, or has missed a delta, during a reply of this instance. */
  textSoFar(userId: string): FrameEvent | undefined {
    const reply = this.#byUser.get(userId);
    return reply && this.progressOf(reply);
  }

  /** The event with the text so far of a reply. Without text, it says that the assistant is typing. */
  progressOf({ id, key, text, question }: RunningReply): FrameEvent {
    const now = this.#dependencies.clock.now();
    if (text === '') {
      const delta = { id, offset: 0, length: 0, ...(key !== undefined && { key }) };
      return { kind: 'frame', frame: typingFrame(now, question), delta };
    }
    return new DeltaEvent(now, {
      id,
      key,
      sessionId: question.sessionId,
      offset: 0,
      content: text,
    });
  }

  /** Requests that the instance that generates a reply publishes its text so far. */
  requestText(userId: string): void {
    this.#dependencies.fanOut.publish(userId, { kind: 'text-request' });
  }

  /** Calls `listener` with the deltas of the user's replies. Returns a function that removes it. */
  onDelta(userId: string, listener: (event: DeltaFrame) => void): () => void {
    const listeners = this.#deltaListeners.get(userId) ?? new Set();
    this.#deltaListeners.set(userId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#deltaListeners.delete(userId);
    };
  }

  #onEvent(userId: string, event: FanOutEvent): void {
    if (event.kind === 'frame') {
      if (event.delta === undefined || this.#deltaListeners.size === 0) return;
      for (const listener of this.#deltaListeners.get(userId) ?? []) listener(event as DeltaFrame);
    } else if (event.kind === 'text-request') {
      const text = this.textSoFar(userId);
      if (text !== undefined) this.#dependencies.fanOut.publish(userId, text);
    } else {
      this.#stopRequests.onEvent(userId, event);
    }
  }

  #stopHere(userId: string, messageId: string | undefined): Promise<boolean> | undefined {
    const reply = this.#byUser.get(userId);
    if (reply === undefined || !reply.matches(messageId)) return undefined;
    reply.stop();
    return reply.outcome.then((outcome) => outcome === 'stopped');
  }
}
