import type { FastifyInstance } from 'fastify';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Limiter, SocketLeases, TurnQueue } from '../chat/ports.js';
import type { Store } from '../chat/store.js';
import { settlesWithin } from './settles-within.js';

const storeAnswersWithinMs = 1_000;
/** Up to the minute that an assistant may take by default. */
const durationBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

export type Limit = 'login' | 'chat' | 'sockets';

/** What is counted, and where it can be read. */
export interface ChatMetrics {
  readonly registry: Registry;
  requestAnswered(method: string, route: string, status: number, seconds: number): void;
  socketOpened(): void;
  socketClosed(code: number): void;
  frame(direction: 'received' | 'sent'): void;
  limitHit(limit: Limit): void;
  turn(change: 'waits' | 'begins' | 'ends' | 'refused'): void;
}

/** Registers our metrics in `registry`, which must not have them yet. */
export function createMetrics(
  store: Store,
  isShared: (() => boolean) | undefined,
  registry = new Registry(),
): ChatMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'chat_http_requests_total',
    help: 'Requests that were answered.',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'chat_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: durationBuckets,
    registers,
  });
  const sockets = new Gauge({
    name: 'chat_sockets',
    help: 'WebSockets that are open.',
    registers,
  });
  const closes = new Counter({
    name: 'chat_socket_closes_total',
    help: 'WebSockets that ended, by close code.',
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
    help: 'Refusals because an allowance was spent.',
    labelNames: ['limit'],
    registers,
  });
  new Gauge({
    name: 'chat_store_up',
    help: 'Whether the store answers, 1 or 0.',
    registers,
    async collect() {
      this.set((await settlesWithin(store.ping(), storeAnswersWithinMs)) ? 1 : 0);
    },
  });
  const turnsWaiting = new Gauge({
    name: 'chat_turns_waiting',
    help: 'Messages that wait for the ones before them to be answered.',
    registers,
  });
  const turnsUnderWay = new Gauge({
    name: 'chat_turns_under_way',
    help: 'Messages that are being stored and answered.',
    registers,
  });
  if (isShared !== undefined) {
    new Gauge({
      name: 'chat_redis_up',
      help: 'Whether Redis works, 1 or 0; while it does not, this instance counts for itself.',
      registers,
      collect() {
        this.set(isShared() ? 1 : 0);
      },
    });
  }
  return {
    registry,
    requestAnswered(method, route, status, seconds) {
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
    turn(change) {
      if (change === 'waits') turnsWaiting.inc();
      if (change === 'begins' || change === 'refused') turnsWaiting.dec();
      if (change === 'begins') turnsUnderWay.inc();
      if (change === 'ends') turnsUnderWay.dec();
    },
  };
}

/** A limiter whose refusals are counted. */
export function countedLimiter(limiter: Limiter, metrics: ChatMetrics): Limiter {
  return {
    async take(key, limit, windowMs) {
      const allowance = await limiter.take(key, limit, windowMs);
      if (!allowance.granted) metrics.limitHit(key.startsWith('login:') ? 'login' : 'chat');
      return allowance;
    },
  };
}

/** Leases whose refusals are counted. */
export function countedLeases(leases: SocketLeases, metrics: ChatMetrics): SocketLeases {
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

/** A queue whose length is known. */
export function countedTurns(turns: TurnQueue, metrics: ChatMetrics): TurnQueue {
  return {
    async run(key, work) {
      let begun = false;
      metrics.turn('waits');
      try {
        return await turns.run(key, () => {
          begun = true;
          metrics.turn('begins');
          return work();
        });
      } finally {
        metrics.turn(begun ? 'ends' : 'refused');
      }
    },
  };
}

/** Counts the answers of this scope and serves what was counted. */
export function metricsRoute(scope: FastifyInstance, metrics: ChatMetrics): void {
  scope.addHook('onResponse', (request, reply, done) => {
    // By the route's pattern: a label for each path that somebody makes up would fill the memory.
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    metrics.requestAnswered(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  scope.get('/metrics', async (_request, reply) => {
    reply.header('Cache-Control', 'no-store').type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
