import { ChatClient } from '@chat/client';
import { createChatServer, openPostgresStore, openRedisSharedState } from '@chat/server';
import { PostgresServer, RedisServer, servicesAvailable } from '@chat/test-support';
import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, listen, logIn, SocketListener, send } from '../cluster/http-calls.js';
import { startTracing } from './opentelemetry-recipe.mjs';

describe.skipIf(!servicesAvailable('PostgreSQL', 'Redis'))('the recipe for OpenTelemetry', () => {
  const exporter = new InMemorySpanExporter();
  const closers: (() => unknown)[] = [];
  const urls: string[] = [];
  beforeAll(async () => {
    const [postgres, redis] = [await PostgresServer.create(), await RedisServer.create()];
    closers.push(
      () => postgres.remove(),
      () => redis.stop(),
    );
    await Promise.all([postgres.start(), redis.start()]);
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    startTracing({ provider, propagator: new W3CTraceContextPropagator() });
    for (const user of ['ada', undefined]) {
      const store = await openPostgresStore({ url: postgres.url });
      const shared = await openRedisSharedState({ url: redis.url, timeoutMs: 10_000 });
      closers.unshift(
        () => shared.close(),
        () => store.close(),
      );
      const app = await createChatServer({
        store,
        shared,
        jwtSecret: 'a secret of the tests, of 32 bytes and more',
        users: user === undefined ? [] : [{ username: user, password: 's3cret' }],
        assistant: { reply: async () => 'Line 7.' },
      });
      closers.unshift(() => app.close());
      urls.push(await app.listen({ port: 0, host: '127.0.0.1' }));
    }
  }, 120_000);
  afterAll(async () => {
    for (const close of closers) await close();
    for (const api of [context, propagation, trace]) api.disable();
  });

  /** The finished spans of a trace. */
  function spansOf(traceId: string) {
    const spans = (): ReadableSpan[] =>
      exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    return {
      named: (name: string) => spans().filter((span) => span.name === name),
      parentOf: (span: ReadableSpan | undefined) =>
        spans().find((other) => other.spanContext().spanId === span?.parentSpanContext?.spanId)
          ?.name,
    };
  }

  test('shows one trace from the caller through two instances, Redis and PostgreSQL to the assistant', async () => {
    const [here = '', elsewhere = ''] = urls;
    const token = await logIn(here, 'ada');
    const socket = await new SocketListener(elsewhere, token).untilDecided();
    expect(socket.greeted).toBe(true);
    // The scripts are known to Redis after the first message.
    expect((await send(here, token, 'Hello')).status).toBe(200);
    exporter.reset();

    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const response = await call(here, '/api/v1/chat', {
      token,
      body: { message: 'Which tram?' },
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });
    expect(response.status).toBe(200);
    const { named, parentOf } = spansOf(traceId);
    await expect
      .poll(() => named('chat.receive frame').length, { timeout: 30_000 })
      .toBeGreaterThan(2);

    const [request] = named('POST /api/v1/chat');
    expect(request?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(parentOf(named('chat.turn')[0])).toBe('POST /api/v1/chat');
    expect(parentOf(named('chat.assistant')[0])).toBe('chat.turn');
    expect(named('postgres transaction').map(parentOf)).toEqual(['chat.turn', 'chat.turn']);
    expect(named('redis evalsha').map(parentOf)).toContain('POST /api/v1/chat');
    expect(named('chat.receive frame').map(parentOf)).toContain('chat.turn');
    await socket.close();
  });

  test('shows one trace from a frame through two instances, Redis and PostgreSQL to the assistant', async () => {
    const [here = '', elsewhere = ''] = urls;
    const credentials = { username: 'ada', password: 's3cret' };
    const client = new ChatClient({ baseUrl: here, credentials });
    const listener = await listen(elsewhere, (await client.login()).access_token);
    const socket = client.connect();
    await socket.ask('Hello');
    exporter.reset();

    const traceId = '1af7651916cd43dd8448eb211c80319c';
    const traceparent = `00-${traceId}-c7ad6b7169203331-01`;
    expect((await socket.ask('Which tram?', { traceparent })).content).toBe('Line 7.');
    await socket.ask('And without a trace?');
    await socket.ask('And with an invalid one?', { traceparent: '00-1-2-01' });
    const { named, parentOf } = spansOf(traceId);
    await expect
      .poll(() => named('chat.receive frame').length, { timeout: 30_000 })
      .toBeGreaterThan(2);
    const [frame, ...others] = named('chat.frame');
    expect(others).toEqual([]);
    expect(frame?.parentSpanContext?.spanId).toBe('c7ad6b7169203331');
    expect(named('chat.turn').map(parentOf)).toEqual(['chat.frame']);
    expect(named('chat.assistant').map(parentOf)).toEqual(['chat.turn']);
    expect(named('postgres transaction').map(parentOf)).toEqual(['chat.turn', 'chat.turn']);
    expect(named('redis evalsha').map(parentOf)).toContain('chat.frame');
    expect(named('chat.receive frame').map(parentOf)).toContain('chat.turn');
    await listener.close();
    await client.close();
  });
});
