import { describe, expect, it } from 'vitest';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { EventReader, joinDeltas, type TestEvent } from '../../testing/read-events.js';
import { createTestChat, settle, type TestChatOptions } from '../../testing/test-chat.js';

async function* noEvents(): AsyncGenerator<string> {}

const accept = { accept: 'text/event-stream' };

async function chatWithChunks(options: TestChatOptions = {}) {
  const assistant = chunkAssistant();
  const chat = createTestChat({ assistant, ...options });
  const ada = await chat.login();
  const stream = async (message: string, headers: Record<string, string> = {}) => {
    const response = await ada.send(message, { ...accept, ...headers });
    return { ...response, reader: new EventReader(response.events ?? noEvents()) };
  };
  /** Starts a stream and sends the first chunk. */
  const start = async (chunk: string, headers: Record<string, string> = {}) => {
    const started = stream('Hello', headers);
    await assistant.receivedRequests(assistant.requests.length + 1);
    await assistant.send(chunk);
    return started;
  };
  return { assistant, chat, ada, stream, start };
}

const names = (events: readonly TestEvent[]) => events.map(({ event }) => event);

describe('a streamed response', () => {
  it('has the headers of an event stream', async () => {
    const { start } = await chatWithChunks();
    const { status, headers } = await start('One');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
  });

  it('has each delta when it is generated, then the body of the normal response', async () => {
    const { assistant, start, ada } = await chatWithChunks();
    const { reader } = await start('One, ');
    const first = await reader.next();
    expect(first).toMatchObject({ event: 'delta', data: { offset: 0, content: 'One, ' } });
    await assistant.send('two');
    const second = await reader.next();
    expect(second).toEqual({
      event: 'delta',
      data: { id: first?.data.id, offset: 5, content: 'two' },
    });
    assistant.end();
    const rest = await reader.rest();
    expect(names(rest)).toEqual(['message']);
    const { messages } = (await ada.call('history', { query: { order: 'asc' } })).body;
    expect(rest[0]?.data).toEqual({ response: 'One, two', messages });
    expect(messages[1].id).toBe(first?.data.id);
  });

  it('has one delta for a client that read nothing in the meantime', async () => {
    const { assistant, start } = await chatWithChunks();
    const { reader } = await start('a');
    for (const chunk of 'bcdefgh') await assistant.send(chunk);
    assistant.end();
    await settle();
    const events = await reader.rest();
    expect(names(events)).toEqual(['delta', 'message']);
    expect(joinDeltas(events)).toBe('abcdefgh');
  });

  it('splits a long text, and no character', async () => {
    const { assistant, start } = await chatWithChunks();
    const text = `a${'😀'.repeat(50_000)}`;
    const { reader } = await start(text);
    assistant.end();
    const events = await reader.rest();
    expect(names(events)).toEqual(['delta', 'delta', 'message']);
    expect(joinDeltas(events)).toBe(text);
    for (const { data } of events.slice(0, 2)) expect(data.content.isWellFormed()).toBe(true);
  });

  it('contains only the two new messages with return=minimal', async () => {
    const { assistant, start } = await chatWithChunks();
    const { reader, headers } = await start('One', { prefer: 'return=minimal' });
    assistant.end();
    expect(headers['Preference-Applied']).toBe('return=minimal');
    expect((await reader.rest()).at(-1)?.data.messages).toHaveLength(2);
  });

  it('sends a comment after the heartbeat interval without an event', async () => {
    const { assistant, chat, start } = await chatWithChunks();
    const { reader } = await start('One');
    await reader.next();
    const next = reader.next();
    await settle();
    chat.clock.advance(chat.dependencies.limits.heartbeatMs);
    expect(await next).toEqual({ event: 'comment', data: ': heartbeat' });
    assistant.end();
    await reader.rest();
  });

  it('counts the heartbeat interval from the last event', async () => {
    const { assistant, chat, start } = await chatWithChunks();
    const { heartbeatMs } = chat.dependencies.limits;
    const { reader } = await start('One');
    await reader.next();
    const delta = reader.next();
    await settle();
    chat.clock.advance(heartbeatMs - 1);
    await assistant.send('two');
    expect((await delta)?.event).toBe('delta');
    let received: unknown;
    const next = reader.next().then((event) => {
      received = event;
    });
    await settle();
    chat.clock.advance(heartbeatMs - 1);
    await settle();
    expect(received).toBeUndefined();
    chat.clock.advance(1);
    await next;
    expect(received).toEqual({ event: 'comment', data: ': heartbeat' });
    assistant.end();
    await reader.rest();
  });

  it('starts with a comment when there is no text for the heartbeat interval', async () => {
    const { assistant, chat, stream } = await chatWithChunks();
    const started = stream('Hello');
    await assistant.receivedRequests(1);
    await settle();
    chat.clock.advance(chat.dependencies.limits.heartbeatMs);
    const { reader } = await started;
    const next = reader.next();
    await settle();
    chat.clock.advance(chat.dependencies.limits.heartbeatMs);
    expect((await next)?.event).toBe('comment');
    await assistant.send('One');
    assistant.end();
    expect(names(await reader.rest())).toEqual(['delta', 'message']);
  });

  it('of a stopped reply ends with the stopped message', async () => {
    const { ada, start } = await chatWithChunks();
    const { reader } = await start('One');
    await ada.call('stop');
    const events = await reader.rest();
    expect(joinDeltas(events)).toBe('One');
    expect(events.at(-1)?.data.messages[1]).toMatchObject({ content: 'One', stopped: true });
  });

  it('of a reply that is stopped without text has only the message', async () => {
    const { assistant, ada, stream } = await chatWithChunks();
    const started = stream('Hello');
    await assistant.receivedRequests(1);
    await ada.call('stop');
    const events = await (await started).reader.rest();
    expect(names(events)).toEqual(['message']);
    expect(events[0]?.data).toMatchObject({ response: '', messages: [{ content: 'Hello' }] });
  });

  it('of another reply to a question works the same', async () => {
    const { assistant, ada, start } = await chatWithChunks();
    const { reader } = await start('One');
    assistant.end();
    const [question] = (await reader.rest()).at(-1)!.data.messages;
    const again = ada.call('regenerate', { body: { messageId: question.id }, headers: accept });
    await assistant.receivedRequests(2);
    await assistant.send('Two');
    assistant.end();
    const events = await new EventReader((await again).events!).rest();
    expect(joinDeltas(events)).toBe('Two');
    expect(events.at(-1)?.data.messages).toHaveLength(3);
  });
});

describe('an error of a streamed response', () => {
  it.each([
    ['an invalid message', {}, '', 400],
    ['an invalid key', { 'idempotency-key': 'ü' }, 'Hello', 400],
  ])('before the first event has its own status: %s', async (_, headers, message, status) => {
    const { ada } = await chatWithChunks();
    const response = await ada.send(message, { ...accept, ...headers });
    expect(response.status).toBe(status);
    expect(response.body.detail).toEqual(expect.any(String));
  });

  it('before the first event has its own status: no token, too many messages, another message for the key', async () => {
    const { assistant, chat, ada, start } = await chatWithChunks({
      limits: { messagesPerWindow: 2 },
    });
    const body = { message: 'Hello' };
    expect((await chat.call('sendMessage', { headers: accept, body })).status).toBe(401);
    const { reader } = await start('One', { 'idempotency-key': 'k' });
    assistant.end();
    await reader.rest();
    expect((await ada.send('Other', { ...accept, 'idempotency-key': 'k' })).status).toBe(400);
    const limited = await ada.send('More', accept);
    expect(limited.status).toBe(429);
    expect(limited.headers['Retry-After']).toBeDefined();
  });

  it('of the assistant before the first delta has its own status', async () => {
    const assistant = { reply: () => Promise.reject(new Error('down')) };
    const { ada } = await chatWithChunks({ assistant });
    expect((await ada.send('Hello', accept)).status).toBe(500);
    expect((await ada.send('Hello', { ...accept, 'idempotency-key': 'k' })).status).toBe(503);
  });

  it('after a delta is an event', async () => {
    const assistant = {
      async *reply() {
        yield 'One';
        throw new Error('down');
      },
    };
    const { ada } = await chatWithChunks({ assistant });
    const response = await ada.send('Hello', { ...accept, 'idempotency-key': 'k' });
    const events = await new EventReader(response.events!).rest();
    expect(names(events)).toEqual(['delta', 'error']);
    expect(events[1]?.data).toEqual({ status: 503, detail: expect.stringContaining('no reply') });
  });
});

describe('a repeat with the same key', () => {
  const key = { 'idempotency-key': 'k' };

  it('receives a reply in progress from its start', async () => {
    const { assistant, ada, start, stream } = await chatWithChunks();
    const first = await start('One, ', key);
    await first.reader.close();
    const again = await stream('Hello', key);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(await again.reader.next()).toMatchObject({ data: { offset: 0, content: 'One, ' } });
    await assistant.send('two');
    assistant.end();
    const rest = await again.reader.rest();
    expect(names(rest)).toEqual(['delta', 'message']);
    expect(rest[1]?.data.response).toBe('One, two');
    expect((await ada.call('history')).body.pagination.total).toBe(2);
  });

  it('receives a finished reply from its start', async () => {
    const { assistant, start, stream } = await chatWithChunks();
    const first = await start('One', key);
    assistant.end();
    const before = await first.reader.rest();
    const again = await stream('Hello', key);
    expect(again.headers['Idempotency-Replayed']).toBe('true');
    expect(await again.reader.rest()).toEqual(before);
  });

  it('with another message gets no text of that reply', async () => {
    const { assistant, start, stream } = await chatWithChunks();
    const first = await start('One', key);
    const other = stream('Other', key);
    await settle();
    assistant.end();
    await first.reader.rest();
    expect((await other).status).toBe(400);
  });
});

describe('a client of a stream that disconnects', () => {
  it('does not stop the reply', async () => {
    const { assistant, ada, start } = await chatWithChunks();
    const { reader } = await start('One');
    await reader.next();
    await reader.close();
    await assistant.send(', two');
    assistant.end();
    await settle();
    const { messages } = (await ada.call('history')).body;
    expect(messages[0]).toMatchObject({ role: 'assistant', content: 'One, two' });
    expect(messages[0]).not.toHaveProperty('stopped');
  });

  it('before it read an event frees its stream', async () => {
    const { assistant, chat, stream, start } = await chatWithChunks({
      limits: { streamsPerUser: 1 },
    });
    const first = await start('One');
    expect((await stream('Hello')).status).toBe(429);
    await first.reader.close();
    assistant.end();
    await settle();
    const again = await start('Two');
    await again.reader.close();
    assistant.end();
    await settle();
    expect(chat.clock.pending).toBe(0);
  });
});

describe('the Accept header', () => {
  it.each([
    ['text/event-stream', true],
    ['application/json, text/event-stream', true],
    ['text/event-stream, application/json;q=0.9', true],
    ['application/json, text/event-stream;q=0.5', false],
    ['text/event-stream;q=0', false],
    ['*/*', false],
    ['text/*', false],
    ['application/json', false],
  ])('%s requests a stream: %s', async (value, isStreamed) => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { events } = await ada.send('Hello', { accept: value });
    expect(events !== undefined).toBe(isStreamed);
    if (events !== undefined) await new EventReader(events).rest();
  });
});

it('waits for the streams at a shutdown', async () => {
  const { assistant, chat, start } = await chatWithChunks();
  const { reader } = await start('One');
  let drained = false;
  const draining = chat.api.drain().then(() => {
    drained = true;
  });
  assistant.end();
  await settle();
  expect(drained).toBe(false);
  expect(names(await reader.rest())).toEqual(['delta', 'message']);
  await draining;
});
