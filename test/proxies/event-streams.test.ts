import { createChatServer } from '@chat/server';
import { ReverseProxy, servicesAvailable } from '@chat/test-support';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { chunkAssistant } from '../../packages/server/src/testing/chunk-assistant.js';
import { EventReader, joinDeltas } from '../../packages/server/src/testing/read-events.js';

const user = { username: 'ada', password: 's3cret' };

describe.each(['nginx', 'HAProxy'] as const)('behind %s', (kind) => {
  describe.skipIf(!servicesAvailable(kind))('a streamed response', () => {
    let app: FastifyInstance;
    let proxy: ReverseProxy | undefined;
    afterEach(async () => {
      await app.close();
      await proxy?.remove();
    });

    test('arrives delta by delta, with heartbeats while the assistant is silent', async () => {
      const assistant = chunkAssistant();
      app = await createChatServer({
        users: [user],
        assistant,
        trustProxy: 1,
        limits: { heartbeatMs: 200 },
      });
      proxy = await ReverseProxy.start(kind, await app.listen({ port: 0, host: '127.0.0.1' }));
      const post = (path: string, body: object, headers: Record<string, string> = {}) =>
        fetch(`${proxy?.url}/api/v1${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
      const { access_token } = (await (await post('/login', user)).json()) as {
        access_token: string;
      };
      const headers = { authorization: `Bearer ${access_token}`, accept: 'text/event-stream' };
      const started = post('/chat', { message: 'Hello' }, headers);
      await assistant.receivedRequests(1);
      await assistant.send('One, ');
      const response = await started;
      expect(response.headers.get('content-encoding')).toBeNull();
      const reader = new EventReader(response.body!.pipeThrough(new TextDecoderStream()));
      const received = [];
      // Each chunk is sent when the one before has arrived, so a proxy that collects them would be noticed.
      for (const chunk of ['two, ', 'three']) {
        let next = await reader.next();
        while (next?.event === 'comment') next = await reader.next();
        received.push(next!);
        expect((await reader.next())?.event).toBe('comment');
        await assistant.send(chunk);
      }
      assistant.end();
      received.push(...(await reader.rest()));
      expect(joinDeltas(received)).toBe('One, two, three');
      expect(received.at(-1)).toMatchObject({ event: 'message' });
    }, 60_000);
  });
});
