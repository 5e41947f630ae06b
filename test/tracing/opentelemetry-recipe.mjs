// Turns the diagnostics channels of chat-server, Fastify and ioredis into OpenTelemetry spans. docs/operations/monitoring.md describes
// it; copy the file, and start the server with `node --import ./opentelemetry-recipe.mjs`, after an `export` of your own.
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, tracingChannel } from 'node:diagnostics_channel';
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

const storage = new AsyncLocalStorage();

/** The active context is bound to the channels, so that spans are nested without changes to the traced code. */
const contextManager = {
  active: () => storage.getStore() ?? ROOT_CONTEXT,
  with: (active, work, self, ...args) => storage.run(active, () => work.apply(self, args)),
  bind:
    (active, target) =>
    (...args) =>
      storage.run(active, () => target(...args)),
  enable() {
    return this;
  },
  disable() {
    return this;
  },
};

/** @param {{ provider: import('@opentelemetry/api').TracerProvider, propagator: import('@opentelemetry/api').TextMapPropagator }} sdk */
export function startTracing({ provider, propagator }) {
  context.setGlobalContextManager(contextManager);
  propagation.setGlobalPropagator(propagator);
  const tracer = provider.getTracer('chat-server');
  const started = new WeakMap();

  /** One span for each traced call. `describe` returns its name and options, or nothing for no span. */
  const traceChannel = (name, describe) => {
    const { start, end, asyncEnd, error } = tracingChannel(name);
    start.bindStore(storage, (message) => {
      const described = describe(message);
      if (described === undefined) return context.active();
      const { spanName, parent = context.active(), ...options } = described;
      const span = tracer.startSpan(spanName, options, parent);
      started.set(message, span);
      return trace.setSpan(parent, span);
    });
    error.subscribe((message) => {
      started
        .get(message)
        ?.setStatus({ code: SpanStatusCode.ERROR, message: String(message.error) });
    });
    const endSpan = (message) => {
      started.get(message)?.end();
      started.delete(message);
    };
    asyncEnd.subscribe(endSpan);
    return { end, endSpan };
  };
  // Timers and health checks have no parent: each of their commands would be a trace of its own.
  const inTrace = (described) => (trace.getActiveSpan() === undefined ? undefined : described);

  traceChannel('fastify.request.handler', ({ request }) => ({
    spanName: `${request.method} ${request.routeOptions.url}`,
    kind: SpanKind.SERVER,
    parent: propagation.extract(ROOT_CONTEXT, request.headers),
  }));
  traceChannel('chat.frame', ({ headers }) => ({
    spanName: 'chat.frame',
    kind: SpanKind.SERVER,
    parent: propagation.extract(ROOT_CONTEXT, headers),
  }));
  traceChannel('chat.turn', () => ({ spanName: 'chat.turn' }));
  traceChannel('chat.assistant', () => ({ spanName: 'chat.assistant' }));
  traceChannel('chat.postgres', ({ operation }) =>
    inTrace({ spanName: `postgres ${operation}`, kind: SpanKind.CLIENT }),
  );
  traceChannel('ioredis:command', ({ command }) =>
    inTrace({ spanName: `redis ${command}`, kind: SpanKind.CLIENT }),
  );
  subscribe('chat.publish', ({ headers }) => propagation.inject(context.active(), headers));
  // It is traced synchronously.
  const received = traceChannel('chat.receive', ({ kind, headers }) => ({
    spanName: `chat.receive ${kind}`,
    kind: SpanKind.CONSUMER,
    parent: propagation.extract(ROOT_CONTEXT, headers),
  }));
  received.end.subscribe(received.endSpan);
}
