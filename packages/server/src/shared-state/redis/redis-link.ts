import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../../chat/ports.js';
import { RedisRefusedError } from '../redis-refused-error.js';

/** How long one command may take before its caller goes on without Redis. */
const commandTimeoutMs = 500;
const connectTimeoutMs = 1_000;
const reconnectMaxMs = 500;
/** How long a line may take to end; one that was never open holds the process for just that. */
const disconnectMs = 200;
/** How often Redis is asked whether it still works, and an instance shows that it lives. */
const probeMs = 1_000;
/** A line that was silent for so many probes is opened anew: it may lead nowhere. */
const probesUntilNewLine = 3;
/** After this time without a sign of life an instance counts as dead. */
const instanceLifeMs = 3_000;
const refusal = /^(?:NOAUTH|WRONGPASS|NOPERM)/;

export interface RedisLinkOptions {
  readonly url: string;
  /** What the keys and channels of this population begin with. */
  readonly prefix: string;
  /** The name of this instance, which no other has. */
  readonly instanceId: string;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/**
 * The lines to Redis, one for commands and one for news, and whether it can be counted on. Nobody waits
 * for a Redis that is away: from the first failure until it works again, callers are sent on at once.
 */
export class RedisLink {
  readonly instanceId: string;
  /** Only to listen on; commands go through `run`. */
  readonly subscriber: Redis;
  readonly #prefix: string;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #commands: Redis;
  readonly #restored = new Set<() => void>();
  #up = false;
  /** Why it is away; missing while nobody was told of that yet. */
  #reason: string | undefined;
  #refusal: string | undefined;
  #probing: Promise<void> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #silentProbes = 0;
  #closed = false;

  constructor({ url, prefix, instanceId, logger }: RedisLinkOptions) {
    this.instanceId = instanceId;
    this.#prefix = prefix;
    this.#logger = logger;
    const options: RedisOptions = {
      lazyConnect: true,
      connectTimeout: connectTimeoutMs,
      disconnectTimeout: disconnectMs,
      commandTimeout: commandTimeoutMs,
      maxRetriesPerRequest: 1,
      // What waited for Redis would be done long after its caller has gone.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // Done by those who listen, who know what they still want.
      autoResubscribe: false,
      retryStrategy: (attempt) => Math.min(50 * attempt, reconnectMaxMs),
    };
    this.#commands = new Redis(url, options);
    this.subscriber = new Redis(url, options);
    for (const line of [this.#commands, this.subscriber]) {
      line.on('error', (error: Error) => this.#fail(error.message));
      line.on('close', () => this.#fail('the connection was lost'));
      // Both lines are needed: while they are opened for the first time, one may be ahead.
      line.on('ready', () => this.#timer && void this.probe());
    }
  }

  get up(): boolean {
    return this.#up;
  }

  key(...parts: readonly string[]): string {
    return this.#prefix + parts.join(':');
  }

  /**
   * Resolves when Redis works, or when the first attempt to reach it has failed.
   * @throws {RedisRefusedError}
   */
  async open(): Promise<void> {
    const lines = [this.#commands, this.subscriber].map((line) => line.connect());
    await Promise.allSettled(lines);
    await this.probe();
    if (!this.#up && this.#refusal !== undefined) {
      await this.close();
      throw new RedisRefusedError(`Redis refuses the name or the password: ${this.#refusal}`);
    }
    this.#timer = setInterval(() => void this.probe(), probeMs);
    this.#timer.unref();
  }

  /** What `ask` gives, or, while Redis is away or fails at it, what `instead` gives. */
  async run<T>(ask: (redis: Redis) => Promise<T>, instead: () => T | Promise<T>): Promise<T> {
    if (!this.#up) return instead();
    try {
      return await ask(this.#commands);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      return instead();
    }
  }

  /** Calls `listener` whenever Redis works again, or was found to have forgotten us. */
  onRestored(listener: () => void): void {
    this.#restored.add(listener);
  }

  /** Asks both lines for a sign of life, and gives one. Never rejects. */
  probe(): Promise<void> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = undefined;
    });
    return this.#probing;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    // Our places are free at once instead of when our life is over.
    if (this.#up) await this.#commands.del(this.key('instance', this.instanceId)).catch(() => 0);
    this.#up = false;
    this.#commands.disconnect();
    this.subscriber.disconnect();
  }

  async #probe(): Promise<void> {
    if (this.#closed) return;
    const alive = this.key('instance', this.instanceId);
    try {
      // A write, because a Redis that is full or only to be read still answers a PING.
      const [known] = await Promise.all([
        this.#commands.set(alive, '1', 'PX', instanceLifeMs, 'GET'),
        this.subscriber.ping(),
      ]);
      this.#silentProbes = 0;
      this.#work(known === null);
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
      this.#renewLines();
    }
  }

  #work(forgotten: boolean): void {
    if (this.#closed || (this.#up && !forgotten)) return;
    if (!this.#up) this.#logger.info({}, 'Redis works: allowances and places are counted for all.');
    this.#up = true;
    for (const listener of this.#restored) listener();
  }

  #fail(reason: string): void {
    if (this.#closed) return;
    if (refusal.test(reason)) this.#refusal ??= reason;
    // ioredis says the same of a line again and again; the first word is the news.
    if (this.#up || this.#reason === undefined) {
      const text = 'Redis is away: this instance counts for itself until it is back.';
      this.#logger.warn({ reason }, text);
    }
    this.#reason = reason;
    this.#up = false;
  }

  #renewLines(): void {
    this.#silentProbes += 1;
    if (this.#silentProbes < probesUntilNewLine) return;
    this.#silentProbes = 0;
    for (const line of [this.#commands, this.subscriber]) {
      if (line.status === 'ready') line.disconnect(true);
    }
  }
}
