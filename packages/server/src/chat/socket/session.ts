import type { SocketPeer, SocketRequest, SocketSession } from '../api.js';
import type { Identity } from '../authentication.js';
import type { ChatCore } from '../core.js';
import { asProblem } from './as-problem.js';
import { type Closing, closings } from './closings.js';
import { EarlyFrames } from './early-frames.js';
import { frameMaxBytes, isLargerThan } from './frame-size.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { isOriginAllowed } from './origin.js';
import { Pulse, type PulseOwner } from './pulse.js';
import { readFrame } from './read-frame.js';
import { errorFrame, greetingFrame, heartbeatFrame } from './status-frames.js';
import type { UserSocket } from './user-sockets.js';

/** What a session needs of the hub that keeps all of them. */
export interface SessionHost {
  readonly core: ChatCore;
  readonly draining: boolean;
  /** From now on the socket gets what its user gets; from `ready` on it can miss nothing. */
  join(userId: string, session: Session): Membership;
  /** The line is down, whoever ended it. */
  gone(session: Session): void;
}

interface Membership {
  /** Missing where nothing can be missed. */
  readonly ready: Promise<void> | undefined;
  leave(): void;
}

/** How long a peer may take to answer our close frame before its line is cut. */
const closeGraceMs = 5_000;

/**
 * The life of one socket: opening (who is it, may it stay), open, ended. Nothing that goes wrong in
 * here reaches the caller: it ends this socket and no other.
 */
export class Session implements SocketSession, UserSocket, InboxOwner, PulseOwner {
  readonly id: string;
  readonly stream: boolean;
  readonly #host: SessionHost;
  readonly #core: ChatCore;
  readonly #peer: SocketPeer;
  readonly #inbox: Inbox;
  #state: 'opening' | 'open' | 'ended' = 'opening';
  #identity: Identity | undefined;
  /** What passes by while opening. */
  #early: EarlyFrames | undefined;
  #pulse: Pulse | undefined;
  #badInARow = 0;
  #leased = false;
  /** The peer went away before it was known who it is, and had said something. */
  #left = false;
  #dismissed = false;
  #leave: (() => void) | undefined;
  /** Of the time that opening, and later closing, may take. */
  #cancelDeadline: (() => void) | undefined;

  constructor(host: SessionHost, peer: SocketPeer, stream: boolean) {
    this.#host = host;
    this.#core = host.core;
    this.#peer = peer;
    this.#early = new EarlyFrames(host.core.limits.outboxMaxBytes);
    this.#inbox = new Inbox(host.core, this);
    this.id = host.core.identifiers.next();
    this.stream = stream;
  }

  /** Empty until the token was checked; nothing that asks runs before. */
  get userId(): string {
    return this.#identity?.userId ?? '';
  }

  get jti(): string {
    return this.#identity?.jti ?? '';
  }

  get draining(): boolean {
    return this.#host.draining;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get dismissed(): boolean {
    return this.#dismissed;
  }

  /** Decides whether the socket may stay; a refusal closes it with its code. Never rejects. */
  async start(request: SocketRequest): Promise<void> {
    try {
      const refusal = await this.#open(request);
      if (this.ended) this.#returnLease();
      else if (refusal !== undefined) this.end(refusal);
      else this.#greet();
    } catch (error) {
      if (asProblem(error)?.status === 503) this.end(closings.busy);
      else this.fail(error);
    }
    if (this.#left) this.closed();
  }

  received(data: string | Uint8Array): void {
    if (this.ended) return;
    this.#guard(() => {
      if (isLargerThan(data, frameMaxBytes(this.#core.limits))) this.end(closings.frameTooLarge);
      else if (this.#early === undefined) this.#read(data);
      else if (!this.#early.keep(data)) this.end(closings.tooEarly);
    });
  }

  ponged(): void {
    this.#pulse?.ponged();
  }

  closed(): void {
    // A client may send and leave at once: what it said counts if its token does.
    this.#left = this.#early !== undefined && this.#early.incoming.length > 0;
    if (this.#left) return;
    this.#release();
    this.#gone();
  }

  send(frame: string): void {
    if (this.ended) return;
    try {
      if (this.#early === undefined) this.#write(frame);
      else if (!this.#early.hold(frame)) this.fallBehind();
    } catch (error) {
      this.fail(error);
    }
  }

  fallBehind(): void {
    this.end(closings.tooSlow);
  }

  revoke(jti: string): void {
    if (this.#identity === undefined) this.#early?.revoked.add(jti);
    else if (this.#identity.jti === jti) this.end(closings.tokenRevoked);
  }

  expired(): void {
    this.end(closings.tokenExpired);
  }

  beat(): void {
    this.send(heartbeatFrame(this.#core.clock.now()));
  }

  ping(): boolean {
    const { leases } = this.#core;
    void this.#attempt(() => leases.renew(this.userId, this.id), 'A lease was not renewed.');
    if (this.#peer.ping === undefined) return false;
    this.#guard(() => this.#peer.ping?.());
    return true;
  }

  silent(): void {
    this.#dismissed = true;
    this.#release();
    this.#cut();
  }

  /** Ends this socket for a fault of ours. */
  fail(err: unknown): void {
    const { id: socketId, userId } = this;
    this.#core.logger.error({ socketId, userId, err }, 'A socket failed.');
    this.end(closings.failed);
  }

  /** Closes the line from our side; without effect on a socket that has ended. */
  end({ code, reason }: Closing): void {
    if (this.ended) return;
    this.#dismissed = true;
    this.#release();
    // A peer that reads nothing never answers: our close frame waits behind all the rest.
    this.#cancelDeadline = this.#core.clock.after(closeGraceMs, () => this.#cut());
    try {
      this.#peer.close(code, reason);
    } catch (err) {
      this.#warn(err, 'A socket could not be closed and is cut.');
      this.#cut();
    }
  }

  /** Returns why the socket may not stay. */
  async #open({ token, origin, host }: SocketRequest): Promise<Closing | undefined> {
    const { allowedOrigins, authentication, clock, leases, limits } = this.#core;
    if (this.draining) return closings.stopping;
    if (!isOriginAllowed(origin, host, allowedOrigins)) return closings.originForbidden;
    if (token === undefined || token === '') return closings.tokenMissing;
    this.#cancelDeadline = clock.after(limits.pingMs, () => this.end(closings.busy));
    const identity = await authentication.identify(token);
    if (this.ended) return undefined;
    if (identity === undefined) return closings.tokenRefused;
    if (this.#early?.revoked.has(identity.jti)) return closings.tokenRevoked;
    this.#identity = identity;
    // Before the greeting: what is sent from now on is held for after it.
    const { ready, leave } = this.#host.join(identity.userId, this);
    this.#leave = leave;
    if (ready !== undefined) await ready;
    if (this.ended) return undefined;
    this.#leased = await leases.acquire(identity.userId, this.id, limits.socketsPerUser);
    return this.#leased ? undefined : closings.tooManySockets;
  }

  #greet(): void {
    const { clock, limits } = this.#core;
    const early = this.#early;
    this.#cancelDeadline?.();
    this.#state = 'open';
    this.#early = undefined;
    this.#pulse = new Pulse(clock, limits, this, this.#identity?.expiresAt ?? 0);
    this.send(greetingFrame(clock.now(), limits.heartbeatMs));
    for (const frame of early?.outgoing ?? []) this.send(frame);
    for (const data of early?.incoming ?? []) this.received(data);
  }

  #read(data: string | Uint8Array): void {
    const { clock, limits } = this.#core;
    const reading = readFrame(data, limits.contentMaxLength);
    if (reading.ok) {
      this.#badInARow = 0;
      this.#inbox.take(reading.frame);
      return;
    }
    this.#badInARow += 1;
    this.send(errorFrame(clock.now(), reading.problem, reading.id));
    if (this.#badInARow >= limits.badFramesInARow) this.end(closings.badFrames);
  }

  #write(frame: string): void {
    if (this.#left) return;
    if (this.#peer.bufferedBytes() > this.#core.limits.outboxMaxBytes) {
      this.fallBehind();
      return;
    }
    this.#peer.send(frame);
    this.#pulse?.sent();
  }

  /** Gives back all that the socket held, whoever ended it. */
  #release(): void {
    if (this.ended) return;
    this.#state = 'ended';
    this.#cancelDeadline?.();
    this.#pulse?.stop();
    this.#leave?.();
    this.#early = undefined;
    this.#returnLease();
  }

  #returnLease(): void {
    if (!this.#leased) return;
    this.#leased = false;
    const { leases } = this.#core;
    void this.#attempt(() => leases.release(this.userId, this.id), 'A lease was not given back.');
  }

  #cut(): void {
    try {
      this.#peer.terminate();
    } catch (err) {
      this.#warn(err, 'A socket could not be cut.');
    }
    this.#gone();
  }

  #gone(): void {
    this.#cancelDeadline?.();
    this.#host.gone(this);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  async #attempt(work: () => Promise<void>, failure: string): Promise<void> {
    try {
      await work();
    } catch (err) {
      this.#warn(err, failure);
    }
  }

  #warn(err: unknown, text: string): void {
    this.#core.logger.warn({ socketId: this.id, userId: this.userId, err }, text);
  }
}
