import type { SocketHandler, SocketPeer, SocketRequest } from '../api.js';
import type { Identity } from '../auth/authentication.js';
import { revocationIds } from '../auth/token-id.js';
import type { DomainContext } from '../context.js';
import { toHttpError } from '../errors.js';
import type { Turn } from '../turns/turns.js';
import { type CloseReason, closeReasons } from './close-reasons.js';
import { DeltaPosition } from './delta-position.js';
import type { FrameBudget } from './frame-budget.js';
import { frameMaxBytes, isLargerThan } from './frame-size.js';
import { HandshakeBuffer } from './handshake-buffer.js';
import { Inbox, type InboxSocket } from './inbox.js';
import { KeepAliveTimer } from './keep-alive-timer.js';
import { isOriginAllowed } from './origin.js';
import { readFrame } from './read-frame.js';
import { errorFrame, greetingFrame, heartbeatFrame } from './status-frames.js';

interface ConnectionCallbacks {
  isDraining(): boolean;
  /** Adds the socket to its user's sockets. After `ready` it receives every message. */
  join(
    userId: string,
    connection: SocketConnection,
  ): {
    /** Missing when no message can be lost. */
    readonly ready: Promise<void> | undefined;
    leave(): void;
  };
  /** The budget of a new socket of this user. */
  frameBudget(userId: string): FrameBudget;
  /** The user's next sockets continue with this budget; otherwise a client could reconnect to get a new one. */
  onBudgetExceeded(userId: string, budget: FrameBudget): void;
  onClosed(connection: SocketConnection): void;
}

/** The connection is terminated when the peer does not answer our close frame in this time. */
const closeGraceMs = 5_000;

/**
 * One socket: opening (authentication and limits), open, ended. None of its methods throws: an error closes this socket
 * and no other.
 */
export class SocketConnection implements SocketHandler, InboxSocket {
  readonly id: string;
  readonly stream: boolean;
  readonly deltas = new DeltaPosition();
  readonly #context: DomainContext;
  readonly #callbacks: ConnectionCallbacks;
  readonly #peer: SocketPeer;
  readonly #inbox: Inbox;
  #state: 'opening' | 'open' | 'ended' = 'opening';
  #identity: Identity | undefined;
  #token: Turn['token'];
  /** Defined while the socket is opening. */
  #handshake: HandshakeBuffer | undefined;
  #keepAlive: KeepAliveTimer | undefined;
  #consecutiveBadFrames = 0;
  /** Defined when the socket is open. */
  #budget: FrameBudget | undefined;
  #leased = false;
  /** The peer sent frames and closed the socket before it was authenticated. */
  #peerClosedEarly = false;
  #closedByServer = false;
  #leaveUser: (() => void) | undefined;
  /** Cancels the timeout of opening or closing. */
  #cancelDeadline: (() => void) | undefined;

  constructor(
    context: DomainContext,
    peer: SocketPeer,
    stream: boolean,
    callbacks: ConnectionCallbacks,
  ) {
    this.#context = context;
    this.#callbacks = callbacks;
    this.#peer = peer;
    this.#handshake = new HandshakeBuffer(context.limits.outboxMaxBytes);
    this.id = context.idGenerator.next();
    this.stream = stream;
    // Not an object with a function for each member: an open socket needs little memory.
    this.#inbox = new Inbox(context, this);
  }

  /** Created for the first message: idle sockets have none. */
  get token(): Turn['token'] {
    this.#token ??= { ids: revocationIds(this.jti) };
    return this.#token;
  }

  get isDraining(): boolean {
    return this.#callbacks.isDraining();
  }

  get isClosedByServer(): boolean {
    return this.#closedByServer;
  }

  rejectToken(): void {
    this.close(closeReasons.tokenRevoked);
  }

  /** Empty before authentication; no frame is read before. */
  get userId(): string {
    return this.#identity?.userId ?? '';
  }

  /** The id of the socket's token. */
  get jti(): string {
    return this.#identity?.jti ?? '';
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Authenticates the socket, and closes it with a code when it is rejected. Never rejects. */
  async start(request: SocketRequest): Promise<void> {
    try {
      const rejection = await this.#open(request);
      if (this.ended) this.#releaseLease();
      else if (rejection !== undefined) this.close(rejection);
      else this.#sendGreeting();
    } catch (error) {
      if (toHttpError(error)?.status === 503) this.close(closeReasons.busy);
      else this.fail(error);
    }
    if (this.#peerClosedEarly) this.onClose();
  }

  onMessage(data: string | Uint8Array): void {
    if (this.ended) return;
    this.#guard(() => {
      if (isLargerThan(data, frameMaxBytes(this.#context.limits))) {
        this.close(closeReasons.frameTooLarge);
      } else if (this.#consumeBudget(data.length)) {
        this.#receive(data);
      }
    });
  }

  #receive(data: string | Uint8Array): void {
    if (this.#handshake === undefined) this.#readFrame(data);
    else if (!this.#handshake.pushIncoming(data)) this.close(closeReasons.tooEarly);
  }

  /** Answered by the adapter. */
  onPing(): void {
    this.#consumeBudget(0);
  }

  onPong(): void {
    this.#keepAlive?.pongReceived();
    this.#consumeBudget(0);
  }

  /** Counts a frame. Returns false when the socket sent too much and is closed. */
  #consumeBudget(bytes: number): boolean {
    if (this.ended || this.#budget === undefined || this.#budget.consume(bytes)) return true;
    this.#callbacks.onBudgetExceeded(this.userId, this.#budget);
    this.close(closeReasons.tooMuch);
    return false;
  }

  onClose(): void {
    // A client may send frames and close at once: if its token is valid, the frames are processed.
    this.#peerClosedEarly = this.#handshake !== undefined && this.#handshake.incoming.length > 0;
    if (this.#peerClosedEarly) return;
    this.#release();
    this.#notifyClosed();
  }

  send(frame: string): void {
    if (this.ended) return;
    try {
      if (this.#handshake === undefined) this.#writeFrame(frame);
      else if (!this.#handshake.pushOutgoing(frame)) this.closeAsTooSlow();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Closes a socket that cannot receive everything it should. */
  closeAsTooSlow(): void {
    this.close(closeReasons.tooSlow);
  }

  /** Closes the socket when it was opened with this token. */
  revoke(jti: string): void {
    if (this.#identity === undefined) this.#handshake?.revoked.add(jti);
    else if (this.#identity.jti === jti) this.close(closeReasons.tokenRevoked);
  }

  /** Closes the socket because of an unexpected error. */
  fail(err: unknown): void {
    const { id: socketId, userId } = this;
    this.#context.logger.error({ socketId, userId, err }, 'A socket failed.');
    this.close(closeReasons.failed);
  }

  /** Closes the socket with a close frame; does nothing when it has ended. */
  close({ code, reason }: CloseReason): void {
    if (this.ended) return;
    this.#closedByServer = true;
    this.#release();
    // A peer that does not read never answers: our close frame is queued behind all other frames.
    this.#cancelDeadline = this.#context.clock.after(closeGraceMs, () => this.#terminate());
    try {
      this.#peer.close(code, reason);
    } catch (err) {
      this.#warn(err, 'A socket could not be closed and is terminated.');
      this.#terminate();
    }
  }

  /** Returns why the socket is rejected. */
  async #open({ token, origin, host }: SocketRequest): Promise<CloseReason | undefined> {
    const { allowedOrigins, authentication, clock, leases, limits } = this.#context;
    if (this.isDraining) return closeReasons.stopping;
    if (!isOriginAllowed(origin, host, allowedOrigins)) return closeReasons.originForbidden;
    if (token === undefined || token === '') return closeReasons.tokenMissing;
    this.#cancelDeadline = clock.after(limits.pingMs, () => this.close(closeReasons.busy));
    const identity = await authentication.identify(token);
    if (this.ended) return undefined;
    if (identity === undefined) return closeReasons.tokenInvalid;
    if (this.#handshake?.revoked.has(identity.jti)) return closeReasons.tokenRevoked;
    this.#identity = identity;
    // Before the greeting: frames are buffered from now on and sent after it.
    const { ready, leave } = this.#callbacks.join(identity.userId, this);
    this.#leaveUser = leave;
    if (ready !== undefined) await ready;
    if (this.ended) return undefined;
    this.#leased = await leases.acquire(identity.userId, this.id, limits.socketsPerUser);
    return this.#leased ? undefined : closeReasons.tooManySockets;
  }

  #sendGreeting(): void {
    const { clock, limits } = this.#context;
    const handshake = this.#handshake;
    this.#cancelDeadline?.();
    this.#state = 'open';
    this.#budget = this.#callbacks.frameBudget(this.userId);
    this.#handshake = undefined;
    this.#keepAlive = new KeepAliveTimer(clock, limits, this.#identity?.expiresAt ?? 0, {
      sendHeartbeat: () => this.send(heartbeatFrame(clock.now())),
      sendPing: () => this.#sendPing(),
      onPingTimeout: () => {
        this.#closedByServer = true;
        this.#release();
        this.#terminate();
      },
      onTokenExpired: () => this.close(closeReasons.tokenExpired),
    });
    this.send(greetingFrame(clock.now(), limits.heartbeatMs));
    for (const frame of handshake?.outgoing ?? []) this.send(frame);
    for (const data of handshake?.incoming ?? []) this.onMessage(data);
  }

  #sendPing(): boolean {
    const { leases } = this.#context;
    void this.#attempt(() => leases.renew(this.userId, this.id), 'A lease was not renewed.');
    if (this.#peer.ping === undefined) return false;
    this.#guard(() => this.#peer.ping?.());
    return true;
  }

  #readFrame(data: string | Uint8Array): void {
    const { clock, limits } = this.#context;
    const result = readFrame(data, limits.contentMaxLength);
    if (result.ok) {
      this.#consecutiveBadFrames = 0;
      this.#inbox.enqueue(result.frame);
      return;
    }
    this.#consecutiveBadFrames += 1;
    this.send(errorFrame(clock.now(), result.issue, result.id));
    if (this.#consecutiveBadFrames >= limits.maxConsecutiveBadFrames) {
      this.close(closeReasons.badFrames);
    }
  }

  #writeFrame(frame: string): void {
    if (this.#peerClosedEarly) return;
    if (this.#peer.bufferedBytes() > this.#context.limits.outboxMaxBytes) {
      this.closeAsTooSlow();
      return;
    }
    this.#peer.send(frame);
    this.#keepAlive?.frameSent();
  }

  /** Releases everything that the socket holds. */
  #release(): void {
    if (this.ended) return;
    this.#state = 'ended';
    this.#cancelDeadline?.();
    this.#keepAlive?.stop();
    this.#leaveUser?.();
    this.#handshake = undefined;
    this.#releaseLease();
  }

  #releaseLease(): void {
    if (!this.#leased) return;
    this.#leased = false;
    const { leases } = this.#context;
    void this.#attempt(() => leases.release(this.userId, this.id), 'A lease was not released.');
  }

  #terminate(): void {
    try {
      this.#peer.terminate();
    } catch (err) {
      this.#warn(err, 'A socket could not be terminated.');
    }
    this.#notifyClosed();
  }

  #notifyClosed(): void {
    this.#cancelDeadline?.();
    this.#callbacks.onClosed(this);
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
    this.#context.logger.warn({ socketId: this.id, userId: this.userId, err }, text);
  }
}
