import { expect, test } from 'vitest';
import { chunkAssistant } from '../../packages/server/src/testing/chunk-assistant.js';
import { EventReader } from '../../packages/server/src/testing/read-events.js';
import { createTestChat } from '../../packages/server/src/testing/test-chat.js';

const streams = 1_000;
const replyLength = 1_000_000;
const megabyte = 1024 * 1024;

test('a thousand streams of slow clients share the text of the reply', async () => {
  const assistant = chunkAssistant();
  const chat = createTestChat({
    assistant,
    limits: { streamsPerUser: streams, messagesPerWindow: 2 * streams, maxQueuedTurns: streams },
  });
  const ada = await chat.login();
  const headers = { accept: 'text/event-stream', 'idempotency-key': 'k', prefer: 'return=minimal' };
  const open = async () => new EventReader((await ada.send('Hello', headers)).events!);
  const first = open();
  await assistant.receivedRequests(1);
  await assistant.send('a');
  const readers = [await first];
  while (readers.length < streams) readers.push(await open());
  for (const reader of readers) expect((await reader.next())?.data.content).toBe('a');
  const before = process.memoryUsage();
  await assistant.send('b'.repeat(replyLength - 1));
  // Each client reads a part of the text and then waits.
  for (const reader of readers) expect((await reader.next())?.event).toBe('delta');
  const after = process.memoryUsage();
  const growth = after.heapUsed + after.external - before.heapUsed - before.external;
  // Separate copies would need a gigabyte. Half of it is the garbage that may not be collected yet.
  expect(growth / megabyte).toBeLessThan(500);
  for (const reader of readers) await reader.close();
  assistant.end();
  await chat.api.drain();
}, 120_000);
