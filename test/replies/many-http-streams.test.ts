import { existsSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { ServerProcess } from '@chat/test-support';
import { expect, test } from 'vitest';
import { logIn } from '../cluster/http-calls.js';
import { openConnection } from '../support/raw-http.js';
import { chunk, startHeldModel } from './held-model.js';

const streams = 1_000;
const replyLength = 1_000_000;
/** Of the server process, including Node's own 100 MB. Separate copies of the reply would need a gigabyte. */
const maxMemoryMb = 500;

/** Reads until the text has arrived, and no further. Returns the number of bytes. */
async function readUntil(connection: Socket, text: string): Promise<number> {
  let bytes = 0;
  let received = '';
  for await (const data of connection.iterator({ destroyOnReturn: false })) {
    bytes += data.length;
    // The text may be split at any byte, so its end is kept.
    received = received.slice(-text.length) + String(data);
    if (received.includes(text)) break;
  }
  connection.pause();
  return bytes;
}

test.skipIf(!existsSync('/proc/self/status'))(
  'a thousand HTTP streams that are not read use bounded memory',
  async () => {
    const model = await startHeldModel();
    const server = new ServerProcess({
      data: ':memory:',
      users: ['ada:s3cret'],
      environment: {
        CHAT_ASSISTANT_URL: model.url,
        CHAT_ASSISTANT_MODEL: 'test',
        CHAT_ASSISTANT_MAX_LENGTH: String(replyLength),
        CHAT_MESSAGES_PER_MINUTE: '100000',
        CHAT_STREAMS_PER_USER: String(streams),
        CHAT_MAX_QUEUED_TURNS: String(streams),
      },
      timeoutMs: 60_000,
    });
    const connections: Socket[] = [];
    try {
      await server.start();
      const token = await logIn(server.url, 'ada');
      const body = JSON.stringify({ message: 'Hello' });
      const request = [
        'POST /api/v1/chat HTTP/1.1',
        'Host: x',
        `Authorization: Bearer ${token}`,
        'Accept: text/event-stream',
        'Idempotency-Key: k',
        'Prefer: return=minimal',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        '',
        body,
      ].join('\r\n');
      const open = async () => {
        const connection = await openConnection(server.url);
        connections.push(connection);
        connection.write(request);
        return connection;
      };
      const reader = await open();
      const reply = await model.requested;
      reply.write(chunk({ delta: { content: 'first' } }));
      await readUntil(reader, '"first"');
      for (let count = 1; count < streams; count += 1) {
        await readUntil(await open(), '"first"');
      }
      for (let sent = 0; sent < replyLength - 5; sent += 1_000) {
        reply.write(chunk({ delta: { content: 'x'.repeat(1_000) } }));
      }
      reply.end(`${chunk({ delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`);
      expect(await readUntil(reader, 'event: message')).toBeGreaterThan(replyLength);
      const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
      const memoryMb = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
      console.log(`a thousand HTTP streams: ${memoryMb.toFixed(0)} MB`);
      expect(memoryMb).toBeLessThan(maxMemoryMb);
    } finally {
      for (const connection of connections) connection.destroy();
      await server.kill();
      model.close();
    }
  },
);
