import type { Redis, RedisOptions } from 'ioredis';
import type { Logger } from '../../../domain/ports/index.js';
import { writeIterationTogether } from '../../../write-together.js';
import { explainConnectionError, explainRejection } from './explain-redis-error.js';
import { RedisAuthError } from './redis-auth-error.js';
import { type RedisClient, scripts } from './redis-scripts.js';
import type { RedisAddress } from './redis-url.js';
import { RedisWithTimeout } from './redis-with-timeout.js';

const connectTimeoutMs = 1_000;
const maxReconnectDelayMs = 500;
/** How long a connection may take to close. One that was never open keeps the process alive for that time. */
const disconnectTimeoutMs = 200;
/** How often an instance checks Redis and renews its own key. */
const healthCheckMs = 1_000;
/** After this many failed checks a connection is replaced: it may be half-open. */
const failedChecksUntilReconnect = 3;
/** An instance whose key expires counts as dead. */
const instanceTtlMs = 3_000;
/** How long the keys of a permission check may stay. */
const permissionCheckTtlMs = 1_000;

export interface RedisConnectionOptions {
  readonly address: RedisAddress;
  /** Prefix of all keys and channels of this deployment. */
  readonly prefix: string;
  /** Unique in the deployment. */
  readonly instanceId: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** How long one command may take before its caller continues without Redis. */
  readonly timeoutMs: number;
  /** The server in logs. */
  readonly name: string;
  /** Of a master in a Redis Cluster: a text whose slot belongs to it. */
  readonly tag?: string;
  /** Called when the server is available again, and when it has lost its data. */
  onRestored(): void;
  onMessage(channel: string, text: string): void;
  /** Called when another server of the cluster is responsible for a key. */
  onMoved?(): void;
}

/**
 * Two connections to a Redis server, one for commands and one for subscriptions, and whether it is available. Callers never
 * wait for an unavailable Redis: from the first failure until it works again, they get the fallback at once.
 */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  readonly #subscriber: RedisWithTimeout;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #commands: RedisClient;
  /** Whether messages stay on their own server of a cluster; older servers send them to all. */
  #sharded: boolean;
  #up = false;
  /** Whether Redis was available at any time. */
  #worked = false;
  /** Why Redis is unavailable; undefined until that was logged once. */
  #reason: string | undefined;
  #rejection: string | undefined;
  #healthCheck: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #failedChecks = 0;
  #closed = false;

  constructor(options: RedisConnectionOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#sharded = options.tag !== undefined;
    const connectionOptions = redisOptions(options.address, options.timeoutMs);
    this.#commands = new RedisWithTimeout({ ...connectionOptions, scripts }) as RedisClient;
    this.#subscriber = new RedisWithTimeout(connectionOptions);
    for (const connection of [this.#commands, this.#subscriber]) {
      connection.timeoutMs = options.timeoutMs;
      connection.on('error', (error: Error) => this.#markDown(error.message));
      connection.on('close', () => this.#markDown('the connection was lost'));
      // Not before `open` has finished: one connection may be ready before the other.
      connection.on('ready', () => this.#timer && void this.checkHealth());
    }
    this.#subscriber.on('message', options.onMessage);
    this.#subscriber.on('smessage', options.onMessage);
  }

  get up(): boolean {
    return this.#up;
  }

  get host(): string {
    return this.#options.address.host ?? '';
  }

  /**
   * Resolves when Redis works, or when the first attempt to reach it has failed.
   * @throws {RedisAuthError}
   */
  async open(): Promise<void> {
    await Promise.all([this.#commands, this.#subscriber].map(connectOnce));
    await this.checkHealth();
    if (!this.#up && this.#rejection !== undefined) {
      await this.close();
      throw new RedisAuthError(this.#rejection);
    }
    if (this.#closed) return;
    this.#timer = setInterval(() => void this.checkHealth(), healthCheckMs);
    this.#timer.unref();
  }

  /** The result of `command`, or of `fallback` when Redis is unavailable or the command fails. */
  async run<T>(
    command: (redis: RedisClient) => Promise<T>,
    fallback: () => T | Promise<T>,
  ): Promise<T> {
    if (!this.#up) return fallback();
    writeIterationTogether(this.#commands.stream);
    try {
      return await command(this.#commands);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (/^(?:MOVED|ASK|TRYAGAIN) /.test(message)) this.#options.onMoved?.();
      else this.#markDown(message);
      return fallback();
    }
  }

  /** Never rejects: a lost message is found in the store. */
  async publish(channel: string, text: string): Promise<void> {
    await this.run<unknown>(
      (redis) => (this.#sharded ? redis.spublish(channel, text) : redis.publish(channel, text)),
      () => undefined,
    );
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    // One by one in a cluster: channels of different slots cannot be in one command.
    if (this.#sharded) await Promise.all(channels.map((name) => this.#subscriber.ssubscribe(name)));
    else await this.#subscriber.subscribe(...channels);
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.#sharded) await this.#subscriber.sunsubscribe(channel);
    else await this.#subscriber.unsubscribe(channel);
  }

  /** Whether an instance has stopped renewing its key. False when that is unknown. */
  isDead(instanceId: string): Promise<boolean> {
    return this.run(
      async (redis) => (await redis.exists(this.#instanceKey(instanceId))) === 0,
      () => false,
    );
  }

  /** Checks both connections and renews the key of this instance. Never rejects. */
  checkHealth(): Promise<void> {
    this.#healthCheck ??= this.#checkHealth().finally(() => {
      this.#healthCheck = undefined;
    });
    return this.#healthCheck;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    // The leases of this instance are free at once instead of after the TTL.
    const key = this.#instanceKey(this.#options.instanceId);
    if (this.#up) await this.#commands.del(key).catch(() => 0);
    this.#up = false;
    this.#commands.disconnect();
    this.#subscriber.disconnect();
  }

  async #checkHealth(): Promise<void> {
    if (this.#closed) return;
    const instanceKey = this.#instanceKey(this.#options.instanceId);
    try {
      // A write, because a Redis that is full or read-only still responds to PING.
      const [previous] = await Promise.all([
        this.#commands.set(instanceKey, '1', 'PX', instanceTtlMs, 'GET'),
        this.#subscriber.ping(),
      ]);
      if (!this.#up) await this.#assertPermissions();
      this.#failedChecks = 0;
      this.#markUp(previous === null);
    } catch (error) {
      this.#markDown(error instanceof Error ? error.message : String(error));
      this.#reconnectSilent();
    }
  }

  /**
   * Runs all kinds of commands on keys and channels of this instance. Without it, a user that lacks a permission would seem
   * to work until the first command of that kind.
   */
  async #assertPermissions(): Promise<void> {
    const { address, instanceId, prefix, tag = '' } = this.#options;
    const redis = this.#commands;
    const ttl = permissionCheckTtlMs;
    const key = `${prefix}check:{${tag}}${instanceId}`;
    const channel = `${prefix}db${address.db}:check:{${tag}}${instanceId}`;
    const [turn, next] = [`${instanceId} check-1`, `${instanceId} check-2`];
    await Promise.all([
      // A connection whose SELECT failed would use database 0.
      address.db > 0 && redis.select(address.db),
      this.#detectSharding(channel).then(() =>
        this.subscribe([channel]).then(() => this.unsubscribe(channel)),
      ),
      redis
        .consumeEvent(key, 1, ttl, '', turn, ttl, ttl, ttl)
        .then(() => redis.enterTurn(key, next, '', ttl, ttl, ttl))
        .then(() => redis.renewTurn(key, turn, ttl, ttl, ttl))
        .then(() => redis.leaveTurn(key, turn, ttl))
        .then(() => redis.acquireLease(key, turn, 1, ttl))
        .then(() => redis.register(key, instanceId, ttl, turn))
        .then(() => redis.unregister(key, instanceId, turn))
        // ioredis sends EVAL for the first run of a script on a connection, and EVALSHA for the next ones.
        .then(() => redis.unregister(key, instanceId, turn)),
      redis.exists(key),
      redis.del(`${key}:deleted`),
    ]);
  }

  /** Sharded messages need Redis 7. */
  async #detectSharding(channel: string): Promise<void> {
    if (!this.#sharded) {
      await this.#commands.publish(channel, '');
      return;
    }
    try {
      await this.#commands.spublish(channel, '');
    } catch (error) {
      if (!/unknown command/i.test(String(error))) throw error;
      this.#sharded = false;
    }
  }

  #instanceKey(instanceId: string): string {
    const { prefix, tag = '' } = this.#options;
    return `${prefix}instance:{${tag}}${instanceId}`;
  }

  #markUp(dataLost: boolean): void {
    if (this.#closed || (this.#up && !dataLost)) return;
    if (!this.#up) {
      this.#logger.info(
        {},
        `${this.#options.name} is available: rate limits and sockets are counted over all instances.`,
      );
    }
    this.#up = this.#worked = true;
    this.#options.onRestored();
  }

  #markDown(message: string): void {
    if (this.#closed) return;
    const tls = this.#options.address.tls !== undefined;
    const reason = explainConnectionError(message, { tls, worked: this.#worked });
    this.#rejection ??= explainRejection(message, this.#options.prefix);
    // `open` throws it.
    if (this.#rejection !== undefined && this.#timer === undefined) {
      this.#up = false;
      return;
    }
    // ioredis reports the same failure repeatedly; only the first one is logged.
    if (this.#up || this.#reason === undefined) {
      const text = `${this.#options.name} is unavailable: this instance counts on its own until it is back.`;
      this.#logger.warn({ reason }, text);
    }
    this.#reason = reason;
    this.#up = false;
  }

  #reconnectSilent(): void {
    this.#failedChecks += 1;
    if (this.#failedChecks < failedChecksUntilReconnect) return;
    this.#failedChecks = 0;
    for (const connection of [this.#commands, this.#subscriber]) {
      if (connection.status === 'ready') connection.disconnect(true);
    }
  }
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, maxReconnectDelayMs);
}

/** Resolves when it is connected, or at the first error: with sentinels, `connect` continues until one responds. */
function connectOnce(connection: Redis): Promise<void> {
  return new Promise((resolve) => {
    connection.once('error', () => resolve());
    connection.connect().then(resolve, () => resolve());
  });
}

/** Options of every connection. */
export function redisOptions(address: RedisAddress, timeoutMs: number) {
  return {
    ...address,
    // Some proxies and hosted servers do not support HELLO, which RESP3 needs.
    protocol: 2,
    lazyConnect: true,
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    maxRetriesPerRequest: 1,
    // A queued command would run long after its caller has continued without it.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // RedisSubscriptions does it: it knows which channels still have subscribers.
    autoResubscribe: false,
    retryStrategy: reconnectDelay,
    sentinelRetryStrategy: reconnectDelay,
    sentinelCommandTimeout: timeoutMs,
  } satisfies RedisOptions;
}
