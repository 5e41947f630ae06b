import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';

const long = 'é'.repeat(8_001);

const badFrames: [name: string, data: string | Uint8Array, issue: RegExp, id?: string][] = [
  ['no JSON', 'hello', /must be JSON/],
  ['half a JSON', '{"type":"message","content":"x"', /must be JSON/],
  ['nothing', '', /must be JSON/],
  ['a JSON text', '"message"', /JSON object/],
  ['null', 'null', /JSON object/],
  ['an array', '[{"type":"message","content":"x"}]', /JSON object/],
  ['deep nesting', '['.repeat(40_000), /must be JSON/],
  ['valid deep nesting', `${'['.repeat(40_000)}${']'.repeat(40_000)}`, /JSON object/],
  ['binary', new TextEncoder().encode('{"type":"message","content":"x"}'), /binary/],
  ['no type', '{"content":"x"}', /"type" must be "message", "read" or "stop"/],
  ['an unknown type', '{"type":"shout","content":"x","id":"a"}', /"type" must be/, 'a'],
  ['a type of the prototype', '{"type":"__proto__","content":"x"}', /"type" must be/],
  ['no content', '{"type":"message"}', /"content" is missing/],
  ['content that is a number', '{"type":"message","content":1,"id":"b"}', /a string/, 'b'],
  ['empty content', '{"type":"message","content":""}', /must not be empty/],
  ['white space', '{"type":"message","content":" \\n "}', /must not be empty/],
  ['NUL in the content', '{"type":"message","content":"a\\u0000"}', /NUL/],
  ['a lone surrogate', '{"type":"message","content":"a\\ud83d"}', /lone surrogate/],
  ['long content', JSON.stringify({ type: 'message', content: long, id: 'c' }), /8000/, 'c'],
  ['an id that is a number', '{"type":"message","content":"x","id":7}', /"id" must be a string/],
  ['an id that is null', '{"type":"message","content":"x","id":null}', /"id" must be a string/],
  ['an empty id', '{"type":"message","content":"x","id":""}', /1 to 64 characters/],
  ['a long id', `{"type":"message","content":"x","id":"${'i'.repeat(65)}"}`, /1 to 64/],
  ['NUL in the id', '{"type":"message","content":"x","id":"a\\u0000"}', /"id" must not contain/],
  ['half a character in the id', '{"type":"message","content":"x","id":"\\udc00"}', /"id".*lone/],
  ['a receipt without id', '{"type":"read"}', /"id" is missing/],
];

describe('an invalid frame', () => {
  it.each(badFrames)('(%s) gets an error frame and the socket stays open', async (...row) => {
    const [, data, issue, id] = row;
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.session?.onMessage(data);
    await flushTasks();
    const [error] = peer.events('error');
    expect(error).toMatchObject({ role: 'system', content: expect.stringMatching(issue) });
    expect(error?.content).toMatch(/^[A-Z].*\.$/);
    expect(error?.id).toBe(id);
    expect(peer.frames).toHaveLength(2);
    expect(await chat.history(token)).toEqual([]);
    peer.sendFrame({ type: 'message', content: 'still here' });
    await flushTasks();
    expect(peer.messages).toHaveLength(2);
  });

  it('is not one that begins with a byte order mark', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.session?.onMessage('\uFEFF{"type":"message","content":"Hello"}');
    await flushTasks();
    expect(peer.events('error')).toEqual([]);
    expect(peer.messages).toHaveLength(2);
  });

  it('closes the socket with 1008 when it is the twentieth in a row', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 19; sent += 1) peer.sendFrame('bad');
    expect(peer.closedWith).toBeUndefined();
    peer.sendFrame('bad');
    expect(peer.closedWith?.code).toBe(1008);
    expect(peer.events('error')).toHaveLength(20);
    peer.sendFrame('bad');
    expect(peer.events('error')).toHaveLength(20);
  });

  it('is counted from zero after a valid one', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let round = 0; round < 3; round += 1) {
      for (let sent = 0; sent < 19; sent += 1) peer.sendFrame('bad');
      peer.sendFrame({ type: 'message', content: 'good' });
    }
    await flushTasks();
    expect(peer.closedWith).toBeUndefined();
  });

  it('is counted before the greeting too', async () => {
    const chat = createSocketChat();
    const peer = chat.openSocket({ token: await chat.login('ada') });
    for (let sent = 0; sent < 20; sent += 1) peer.sendFrame('bad');
    await flushTasks();
    expect(peer.closedWith?.code).toBe(1008);
  });

  it.each([
    ['text', 'x'.repeat(100_097)],
    ['text of long characters', '漢'.repeat(33_400)],
    ['binary', new Uint8Array(100_097)],
  ])('that is larger than any message (%s) closes the socket with 1009', async (_, data) => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.session?.onMessage(data);
    expect(peer.closedWith?.code).toBe(1009);
  });

  it('does not include the longest content in its longest encoding', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.sendFrame(`{"type":"message","content":"${'\\ud83d\\ude00'.repeat(8_000)}","id":"long"}`);
    await flushTasks();
    expect(peer.messages[0]).toMatchObject({ content: '😀'.repeat(8_000), clientId: 'long' });
  });

  it.each(['i'.repeat(64), '😀'.repeat(64), ' ', 'naïve'])(
    'is not one with the id %j',
    async (id) => {
      const chat = createSocketChat();
      const peer = await chat.connect({ token: await chat.login('ada') });
      peer.sendFrame({ type: 'message', content: 'x', id, unknown: { field: true } });
      await flushTasks();
      expect(peer.messages[0]?.clientId).toBe(id);
    },
  );
});
