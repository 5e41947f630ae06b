import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock, RateLimiter, SocketLeases, TurnQueue } from '../../../domain/ports/index.js';
import type { Store } from '../../../domain/ports/store.js';
import { fulfilsWithin } from '../fulfils-within.js';

// The only file that imports prom-client. No signature exposes one of its types.

const storeTimeoutMs = 1_000;
/** How long a response of `/metrics` is sent again. */
const maxAgeMs = 1_000;
/** In seconds, up to the default timeout of the assistant. */
const durationBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

/**
 * The metrics of a chat server in Prometheus' text format. To serve them somewhere else than at `GET /metrics`, pass
 * the result of {@link createChatMetrics} as option `metrics`.
 *
 * @example
 * ```ts
 * import { type ChatMetrics, chatPlugin, createChatMetrics } from '@chat/server';
 *
 * const metrics: ChatMetrics = createChatMetrics();
 * await app.register(chatPlugin, { metrics });
 * app.get('/internal/metrics', (_request, reply) => {
 *   reply.type(metrics.contentType);
 *   return metrics.text();
 * });
 * ```
 */
export interface ChatMetrics {
  /** The value of `Content-Type` for {@link ChatMetrics.text}. */
  readonly contentType: string;
  /** All current values. */
  text(): Promise<string>;
}

/**
 * Options of {@link createChatMetrics}.
 *
 * @example
 * ```ts
 * import { type ChatMetricsOptions, createChatMetrics, createChatServer } from '@chat/server';
 *
 * const options: ChatMetricsOptions = { processMetrics: true };
 * const app = await createChatServer({ metrics: createChatMetrics(options) });
 * ```
 */
export interface ChatMetricsOptions {
  /**
   * Whether the metrics of the Node process (memory, CPU, event loop) are included. Node cannot stop measuring them:
   * set it at most once per process.
   * @default false
   */
  readonly processMetrics?: boolean;
}

const registries = new WeakMap<ChatMetrics, Registry>();

/**
 * Creates metrics to pass to one server or plugin as option `metrics`.
 *
 * @param options which metrics to add
 * @example
 * ```ts
 * import { createChatMetrics, createChatServer } from '@chat/server';
 *
 * const metrics = createChatMetrics({ processMetrics: true });
 * const app = await createChatServer({ metrics });
 * console.log(await metrics.text());
 * ```
 */
export function createChatMetrics({
  processMetrics = false,
}: ChatMetricsOptions = {}): ChatMetrics {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  const metrics: ChatMetrics = {
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
  registries.set(metrics, registry);
  return metrics;
}

export function isChatMetrics(value: unknown): value is ChatMetrics {
  return registries.has(value as ChatMetrics);
}

/** Counts what happens in the adapter. */
export interface MetricsRecorder {
  responseSent(method: string, route: string, status: number, seconds: number): void;
  socketOpened(): void;
  socketClosed(code: number): void;
  frame(direction: 'received' | 'sent'): void;
  limitHit(limit: 'login' | 'chat' | 'sockets'): void;
  turnChanged(change: 'queued' | 'started' | 'finished' | 'rejected'): void;
}

/** @param target metrics that no other recorder uses: prom-client throws when a name is registered twice */
export function createMetricsRecorder(
  target: ChatMetrics,
  store: Store,
  isRedisUp: (() => boolean) | undefined,
): MetricsRecorder {
  const registry = registries.get(target);
  if (registry === undefined) throw new TypeError('Use createChatMetrics() to create metrics.');
  const registers = [registry];
  const requests = new Counter({
    name: 'chat_http_requests_total',
    help: 'Responses sent.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'chat_http_request_duration_seconds',
    help: 'Time from the request headers to the end of the response.',
    labelNames: ['method', 'route'],
    buckets: durationBuckets,
    registers,
  });
  const sockets = new Gauge({ name: 'chat_sockets', help: 'Open WebSockets.', registers });
  const closes = new Counter({
    name: 'chat_socket_closes_total',
    help: 'Closed WebSockets, by close code.',
    labelNames: ['code'],
    registers,
  });
  const frames = new Counter({
    name: 'chat_frames_total',
    help: 'WebSocket frames.',
    labelNames: ['direction'],
    registers,
  });
  const limits = new Counter({
    name: 'chat_limits_hit_total',
    help: 'Requests and sockets rejected by a rate limit.',
    labelNames: ['limit'],
    registers,
  });
  new Gauge({
    name: 'chat_store_up',
    help: 'Whether the store responds, 1 or 0.',
    registers,
    async collect() {
      this.set((await fulfilsWithin(store.ping(), storeTimeoutMs)) ? 1 : 0);
    },
  });
  const turnsWaiting = new Gauge({
    name: 'chat_turns_waiting',
    help: 'Messages that wait for earlier messages of the same user.',
    registers,
  });
  const turnsInProgress = new Gauge({
    name: 'chat_turns_in_progress',
    help: 'Messages that are being stored and replied to.',
    registers,
  });
  if (isRedisUp !== undefined) {
    new Gauge({
      name: 'chat_redis_up',
      help: 'Whether Redis works, 1 or 0; while it does not, the limits apply to each instance separately.',
      registers,
      collect() {
        this.set(isRedisUp() ? 1 : 0);
      },
    });
  }
  return {
    responseSent(method, route, status, seconds) {
      requests.inc({ method, route, status });
      durations.observe({ method, route }, seconds);
    },
    socketOpened: () => sockets.inc(),
    socketClosed(code) {
      sockets.dec();
      closes.inc({ code });
    },
    frame: (direction) => frames.inc({ direction }),
    limitHit: (limit) => limits.inc({ limit }),
    turnChanged(change) {
      if (change === 'queued') turnsWaiting.inc();
      if (change === 'started' || change === 'rejected') turnsWaiting.dec();
      if (change === 'started') turnsInProgress.inc();
      if (change === 'finished') turnsInProgress.dec();
    },
  };
}

export function meteredLimiter(limiter: RateLimiter, metrics: MetricsRecorder): RateLimiter {
  return {
    async consume(key, limit, windowMs) {
      const result = await limiter.consume(key, limit, windowMs);
      if (!result.granted) metrics.limitHit(key.startsWith('login:') ? 'login' : 'chat');
      return result;
    },
  };
}

export function meteredLeases(leases: SocketLeases, metrics: MetricsRecorder): SocketLeases {
  return {
    async acquire(userId, socketId, limit) {
      const granted = await leases.acquire(userId, socketId, limit);
      if (!granted) metrics.limitHit('sockets');
      return granted;
    },
    renew: (userId, socketId) => leases.renew(userId, socketId),
    release: (userId, socketId) => leases.release(userId, socketId),
  };
}

export function meteredTurns(turns: TurnQueue, metrics: MetricsRecorder): TurnQueue {
  return {
    async run(key, work) {
      let started = false;
      metrics.turnChanged('queued');
      try {
        return await turns.run(key, () => {
          started = true;
          metrics.turnChanged('started');
          return work();
        });
      } finally {
        metrics.turnChanged(started ? 'finished' : 'rejected');
      }
    },
  };
}

/** Counts the responses of this scope, and serves the metrics. */
export function metricsRoute(
  scope: FastifyInstance,
  metrics: ChatMetrics,
  recorder: MetricsRecorder,
  clock: Clock,
): void {
  scope.addHook('onResponse', (request, reply, done) => {
    // The pattern of the route: one label per requested path would exhaust the memory.
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    recorder.responseSent(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  let text: Promise<string> | undefined;
  let computedAt = 0;
  // Computing all metrics takes milliseconds, and anybody may request them.
  const currentText = (): Promise<string> => {
    const age = clock.now() - computedAt;
    if (text === undefined || age < 0 || age >= maxAgeMs) {
      text = metrics.text();
      computedAt = clock.now();
    }
    return text;
  };
  scope.get('/metrics', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store').type(metrics.contentType);
    return currentText();
  });
}
