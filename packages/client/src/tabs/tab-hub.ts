import type { WebSocketLike } from '../socket/connection/open-web-socket.js';
import type { MessageFromLeader, MessageToLeader, TabMessage } from './messages.js';
import { SharedConnection } from './shared-connection.js';

const TICK_MS = 250;
/** After this time without a message from the leader, the tab sends it a ping. */
const PING_AFTER_MS = 500;
/** If nothing comes within this time after a ping, the tab replaces the leader: its page hangs, but still has the lock. */
const TAKE_OVER_AFTER_MS = 1100;
/** Tabs that take over at the same moment would interrupt each other. */
const TAKE_OVER_JITTER_MS = 200;
/** If a timer runs later than this, this page was asleep. The leader was not. */
const ASLEEP_MS = 1500;
/** Limits the exponent: a page that often takes over waits longer, because the machine is probably overloaded. */
const MAX_TAKE_OVER_BACKOFF = 3;
const TAKE_OVERS_WITHIN_MS = 60_000;
/**
 * A tab that becomes visible checks its connection. A shared connection that received a frame within this time is not
 * replaced unless the network has changed, because a replacement interrupts all tabs.
 */
const ALIVE_MS = 30_000;
const NETWORK_CHANGE_MS = 5_000;
/** Sockets continue on the new connection before the old one is closed. */
const HANDOVER_MS = 1500;

const RESTART = 1012;
const ABNORMAL = 1006;
const LEADER_CHANGED = 'Another tab owns the connection now.';
/** Codes that mean the same for all tabs. Others, such as a rejected token, concern the leader only. */
const sharedCodes = new Set([1001, 1005, ABNORMAL, 1011, RESTART, 1013, 4429]);

/** A socket of this page. */
export interface TabSocket {
  readonly id: string;
  readonly url: string;
  /** When the token of the URL expires, in milliseconds since the epoch; undefined if that is not known. */
  readonly expiresAt?: number | undefined;
  /** The connection that it uses; undefined before it opens. */
  readonly connection: string | undefined;
  opened(connection: string): void;
  received(text: string): void;
  /** Closes the socket; it does not call the hub. */
  ended(code: number, reason: string): void;
}

const hubs = new Map<string, TabHub>();
/** When this page took over from another one, by `performance.now()`. */
let takeOvers: readonly number[] = [];

/**
 * The sockets of this page for one user and backend. The tab that has the lock is the leader: it owns the connection,
 * and its hub passes frames between the connection and the sockets of all tabs.
 */
export class TabHub {
  readonly #name: string;
  readonly #openWebSocket: (url: string) => WebSocketLike;
  readonly #onUnsupported: () => void;
  readonly #channel: BroadcastChannel;
  readonly #sockets = new Map<string, TabSocket>();
  readonly #replacements = new Set<string>();
  readonly #ticks: ReturnType<typeof setInterval>;
  readonly #listeners = new AbortController();
  /** In milliseconds since the epoch. */
  #networkChangedAt = 0;
  readonly #jitterMs = Math.random() * TAKE_OVER_JITTER_MS;
  #isDisposed = false;
  #isChannelClosed = false;
  /** Ends the wait for the lock. */
  #lockRequest = new AbortController();
  /** Defined while this tab is the leader. */
  #releaseLock: (() => void) | undefined;
  #connection: SharedConnection | undefined;
  /** A second connection that replaces the current one when it is open. */
  #candidate: SharedConnection | undefined;
  #handover: ReturnType<typeof setTimeout> | undefined;
  #lastMessageAt = performance.now();
  /** When it sent a ping; undefined after a message from the leader. */
  #pingedAt: number | undefined;
  #tickAt = performance.now();
  /** Whether the last tick was late. */
  #wasAsleep = false;

  /** The hub of this page with this name. `onUnsupported`: the browser does not allow locks here. */
  static get(
    name: string,
    openWebSocket: (url: string) => WebSocketLike,
    onUnsupported: () => void,
  ): TabHub {
    const hub = hubs.get(name) ?? new TabHub(name, openWebSocket, onUnsupported);
    hubs.set(name, hub);
    return hub;
  }

  private constructor(
    name: string,
    openWebSocket: (url: string) => WebSocketLike,
    onUnsupported: () => void,
  ) {
    this.#name = name;
    this.#openWebSocket = openWebSocket;
    this.#onUnsupported = onUnsupported;
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => this.#onMessage(data);
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
    const { signal } = this.#listeners;
    // A page that is frozen or left keeps its lock for a while, and its sockets would miss frames.
    const leave = () => this.#endAll(RESTART, 'The page was left or frozen.');
    document.addEventListener('freeze', leave, { signal });
    addEventListener('pagehide', leave, { signal });
    const onOnline = () => {
      this.#networkChangedAt = Date.now();
    };
    addEventListener('online', onOnline, { signal });
    document.addEventListener('visibilitychange', () => this.#tick(), { signal });
    this.#requestLock();
  }

  add(socket: TabSocket): void {
    // Its page has an open socket and doubts that it is alive.
    if ([...this.#sockets.values()].some(({ connection }) => connection !== undefined)) {
      this.#replacements.add(socket.id);
    }
    this.#sockets.set(socket.id, socket);
    this.#attach(socket);
  }

  remove({ id }: TabSocket): void {
    if (!this.#sockets.delete(id)) return;
    this.#replacements.delete(id);
    this.#toLeader({ type: 'detach', from: id });
    if (this.#sockets.size === 0) this.#dispose();
  }

  send({ id, connection = '' }: TabSocket, text: string): void {
    this.#toLeader({ type: 'send', from: id, connection, text });
  }

  #attach({ id }: TabSocket): void {
    const isReplacement = this.#replacements.has(id);
    const networkChanged = Date.now() - this.#networkChangedAt < NETWORK_CHANGE_MS;
    this.#toLeader({ type: 'attach', from: id, isReplacement, networkChanged });
  }

  #attachAll(): void {
    for (const socket of [...this.#sockets.values()]) {
      if (socket.connection === undefined) this.#attach(socket);
    }
  }

  #onMessage(message: TabMessage): void {
    if (this.#isDisposed) return;
    switch (message.type) {
      case 'attach':
      case 'detach':
      case 'send':
      case 'ping':
        if (this.#releaseLock) this.#lead(message);
        return;
      default:
        this.#lastMessageAt = performance.now();
        this.#pingedAt = undefined;
        this.#follow(message);
    }
  }

  #toLeader(message: MessageToLeader): void {
    if (this.#releaseLock) this.#lead(message);
    else this.#channel.postMessage(message);
  }

  readonly #fromLeader = (message: MessageFromLeader): void => {
    if (this.#isChannelClosed) return;
    const isPrivate = message.type === 'closed' && !sharedCodes.has(message.code);
    // The reason may concern the token of this tab.
    const shared = isPrivate ? { ...message, code: RESTART, reason: LEADER_CHANGED } : message;
    this.#channel.postMessage(shared);
    this.#follow(message);
  };

  /** As the leader. */
  #lead(message: MessageToLeader): void {
    switch (message.type) {
      case 'attach': {
        if (this.#candidate?.has(message.from)) return;
        const current = this.#connection ?? this.#candidate ?? this.#connect();
        if (current === undefined) return;
        // Of many tabs that notice a network change, the first one causes a replacement.
        const { openedAt, aliveAt } = current;
        const isProven = message.networkChanged
          ? openedAt > Math.max(this.#networkChangedAt, Date.now() - NETWORK_CHANGE_MS)
          : Date.now() - aliveAt < ALIVE_MS;
        const isKnown = !current.isOpen || current.has(message.from);
        const isDoubted = message.isReplacement && !isKnown && !isProven;
        if (isDoubted) this.#candidate ??= this.#connect();
        (isDoubted ? this.#candidate : current)?.attach(message.from);
        return;
      }
      case 'detach':
        this.#connection?.detach(message.from);
        this.#candidate?.detach(message.from);
        return;
      case 'send':
        for (const connection of [this.#connection, this.#candidate]) {
          if (connection?.id === message.connection) connection.send(message.from, message.text);
        }
        return;
      case 'ping':
        this.#announce();
    }
  }

  /** As the tab of sockets, also in the leader. */
  #follow(message: MessageFromLeader): void {
    for (const socket of [...this.#sockets.values()]) {
      switch (message.type) {
        case 'opened':
          if (message.to === socket.id) socket.opened(message.connection);
          break;
        case 'frame': {
          const { to, except, connection, text } = message;
          const isReceiver = (to === undefined || to === socket.id) && except !== socket.id;
          if (socket.connection === connection && isReceiver) socket.received(text);
          break;
        }
        case 'closed':
          if (message.to.includes(socket.id)) this.#end(socket, message.code, message.reason);
          break;
        case 'alive': {
          const { connection } = socket;
          // BroadcastChannel buffers nothing for a leader that starts later.
          if (connection === undefined) this.#attach(socket);
          else if (connection !== message.connection) this.#end(socket, RESTART, LEADER_CHANGED);
        }
      }
    }
  }

  /**
   * Opens a connection with the newest URL of this page, whose token is valid the longest. After a sleep it may have
   * expired: then the tab that asks for a connection becomes the leader, with its new token.
   */
  #connect(): SharedConnection | undefined {
    const { url = '', expiresAt = Infinity } = [...this.#sockets.values()].at(-1) ?? {};
    const isExpired = expiresAt < Date.now();
    try {
      if (!isExpired) return this.#track(url);
    } catch {}
    this.#endAll(isExpired ? RESTART : ABNORMAL, '');
    return undefined;
  }

  #track(url: string): SharedConnection {
    const connection: SharedConnection = new SharedConnection(this.#openWebSocket(url), {
      post: this.#fromLeader,
      onOpen: () => {
        if (this.#candidate !== connection) return this.#announce();
        clearTimeout(this.#handover);
        this.#handover = setTimeout(() => this.#promote(), HANDOVER_MS);
      },
      onEnd: () => {
        if (this.#candidate === connection) this.#candidate = undefined;
        if (this.#connection !== connection) return;
        this.#connection = undefined;
        this.#promote();
      },
    });
    if (this.#connection === undefined && this.#candidate === undefined) {
      this.#connection = connection;
    }
    return connection;
  }

  /** Continues with the second connection. */
  #promote(): void {
    const replaced = this.#connection;
    if (this.#candidate === undefined) return;
    clearTimeout(this.#handover);
    this.#connection = this.#candidate;
    this.#candidate = undefined;
    replaced?.end(RESTART, 'The connection was replaced.');
    this.#announce();
  }

  #announce(): void {
    const { isOpen = false, id } = this.#connection ?? {};
    this.#fromLeader({ type: 'alive', connection: isOpen ? id : undefined });
  }

  #requestLock(steal = false): void {
    const { signal } = this.#lockRequest;
    const hold = () =>
      new Promise<void>((resolve) => {
        if (this.#isDisposed) return resolve();
        this.#releaseLock = resolve;
        this.#onLeader();
      });
    navigator.locks
      .request(this.#name, steal ? { steal } : { signal }, hold)
      .catch((error) => this.#onLockError(error, signal));
  }

  /** The former leader is closed or hangs, so sockets on its connection are lost. */
  #onLeader(): void {
    for (const socket of [...this.#sockets.values()]) {
      if (socket.connection !== undefined) this.#end(socket, RESTART, LEADER_CHANGED);
    }
    this.#announce();
    this.#attachAll();
  }

  #onLockError(error: unknown, signal: AbortSignal): void {
    if (this.#isDisposed || signal.aborted) return;
    if ((error as Error | undefined)?.name !== 'AbortError') this.#onUnsupported();
    // Otherwise another tab took over, because this one did not respond.
    this.#endAll(RESTART, LEADER_CHANGED);
  }

  #tick(): void {
    const now = performance.now();
    const wasAsleep = now - this.#tickAt > ASLEEP_MS;
    // In the background, browsers may run timers once a minute only: then each tick is late.
    const wasRestored = wasAsleep && !this.#wasAsleep;
    this.#wasAsleep = wasAsleep;
    this.#tickAt = now;
    if (this.#releaseLock) {
      if (this.#connection === undefined) this.#attachAll();
      return;
    }
    if (wasRestored) this.#pingedAt = undefined;
    if (this.#pingedAt === undefined) {
      if (now - this.#lastMessageAt < PING_AFTER_MS) return;
      this.#pingedAt = now;
      this.#channel.postMessage({ type: 'ping' });
      return;
    }
    const recent = takeOvers.filter((at) => now - at < TAKE_OVERS_WITHIN_MS);
    const backoff = 2 ** Math.min(recent.length, MAX_TAKE_OVER_BACKOFF);
    if (now - this.#pingedAt < TAKE_OVER_AFTER_MS * backoff + this.#jitterMs) return;
    takeOvers = [...recent, now];
    this.#pingedAt = undefined;
    this.#lockRequest.abort();
    this.#lockRequest = new AbortController();
    this.#requestLock(true);
  }

  #end(socket: TabSocket, code: number, reason: string): void {
    this.remove(socket);
    socket.ended(code, reason);
  }

  #endAll(code: number, reason: string): void {
    for (const socket of [...this.#sockets.values()]) this.#end(socket, code, reason);
  }

  /** The page has no socket any more. Another tab becomes the leader. */
  #dispose(): void {
    this.#isDisposed = true;
    hubs.delete(this.#name);
    clearInterval(this.#ticks);
    clearTimeout(this.#handover);
    this.#listeners.abort();
    this.#lockRequest.abort();
    this.#candidate?.end(RESTART, LEADER_CHANGED);
    this.#connection?.end(RESTART, LEADER_CHANGED);
    this.#releaseLock?.();
    this.#isChannelClosed = true;
    this.#channel.close();
  }
}
