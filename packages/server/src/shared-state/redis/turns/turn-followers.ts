import type { FanOutEvent } from '../../../domain/ports/index.js';
import { ShortLivedMap } from '../../../domain/short-lived-map.js';

type FrameEvent = Extract<FanOutEvent, { kind: 'frame' }>;

interface RunningTurn {
  followed: boolean;
  /** Messages that nobody followed when they were published. */
  readonly held: FrameEvent[];
}

/**
 * Which users with a turn on this instance are followed by other instances. The scripts of a turn return that, so that
 * frames without a receiver cost no command.
 */
export class TurnFollowers {
  readonly #instanceId: string;
  readonly #turns = new ShortLivedMap<RunningTurn>();
  #publish: (userId: string, event: FrameEvent) => void = () => {};

  constructor(instanceId: string) {
    this.#instanceId = instanceId;
  }

  /** Sets how to publish a message that an instance needs which began to follow the user during the turn. */
  onLate(publish: (userId: string, event: FrameEvent) => void): void {
    this.#publish = publish;
  }

  /** The turn of a user runs, or was renewed. */
  update(userId: string, followers: readonly string[]): void {
    const turn = this.#turns.get(userId) ?? { followed: false, held: [] };
    this.#turns.set(userId, turn);
    turn.followed = this.#hasOthers(followers);
    if (turn.followed) this.#publishHeld(userId, turn);
  }

  /** Another instance has asked for the text of the reply, so that it follows the user. */
  noteFollower(userId: string): void {
    const turn = this.#turns.get(userId);
    if (turn === undefined) return;
    turn.followed = true;
    this.#publishHeld(userId, turn);
  }

  /** Ends the turn; the returned function completes it with the followers at its end, if they are known. */
  end(userId: string): (followers: readonly string[]) => void {
    const turn = this.#turns.get(userId);
    this.#turns.delete(userId);
    return (followers) => {
      if (turn !== undefined && this.#hasOthers(followers)) this.#publishHeld(userId, turn);
    };
  }

  /** Whether to publish a frame now. True when it is not known who follows the user. */
  mayFollow(userId: string, event: FrameEvent): boolean {
    const turn = this.#turns.get(userId);
    if (turn === undefined || turn.followed) return true;
    // The others are of no use later.
    if (event.seq !== undefined) turn.held.push(event);
    return false;
  }

  #hasOthers(followers: readonly string[]): boolean {
    return followers.some((instanceId) => instanceId !== this.#instanceId);
  }

  #publishHeld(userId: string, { held }: RunningTurn): void {
    for (const event of held.splice(0)) this.#publish(userId, event);
  }
}
