import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';

const long = 'é'.repeat(8_001);

const badFrames: [name: string, data: string | Uint8Array, problem: RegExp, id?: string][] = [
  ['no JSON', 'hello', /must be JSON/],
  ['half a JSON', '{"type":"message","content":"x"', /must be JSON/],
  ['nothing', '', /must be JSON/],
  ['a JSON text', '"message"', /JSON object/],
  ['null', 'null', /JSON object/],
  ['an array', '[{"type":"message","content":"x"}]', /JSON object/],
  ['deep nesting', '['.repeat(40_000), /must be JSON/],
  ['sound deep nesting', `${'['.repeat(40_000)}${']'.repeat(40_000)}`, /JSON object/],
  ['binary', new TextEncoder().encode('{"type":"message","content":"x"}'), /binary/],
  ['no type', '{"content":"x"}', /"type" must be "message" or "read"/],
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

describe('a bad frame', () => {
  it.each(badFrames)('(%s) is answered by a sentence and the socket lives', async (...row) => {
    const [, data, problem, id] = row;
    const chat = createSocketChat();
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.session?.received(data);
    await settle();
    const [error] = peer.events('error');
    expect(error).toMatchObject({ role: 'system', content: expect.stringMatching(problem) });
    expect(error?.content).toMatch(/^[A-Z].*\.$/);
    expect(error?.id).toBe(id);
    expect(peer.frames).toHaveLength(2);
    expect(await chat.history(token)).toEqual([]);
    peer.say({ type: 'message', content: 'still here' });
    await settle();
    expect(peer.messages).toHaveLength(2);
  });

  it('ends the socket with 1008 when it is the twentieth in a row', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let sent = 0; sent < 19; sent += 1) peer.say('bad');
    expect(peer.closing).toBeUndefined();
    peer.say('bad');
    expect(peer.closing?.code).toBe(1008);
    expect(peer.events('error')).toHaveLength(20);
    peer.say('bad');
    expect(peer.events('error')).toHaveLength(20);
  });

  it('counts anew after a good one', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    for (let round = 0; round < 3; round += 1) {
      for (let sent = 0; sent < 19; sent += 1) peer.say('bad');
      peer.say({ type: 'message', content: 'good' });
    }
    await settle();
    expect(peer.closing).toBeUndefined();
  });

  it('counts those that came before the greeting as well', async () => {
    const chat = createSocketChat();
    const peer = chat.dial({ token: await chat.login('ada') });
    for (let sent = 0; sent < 20; sent += 1) peer.say('bad');
    await settle();
    expect(peer.closing?.code).toBe(1008);
  });

  it.each([
    ['text', 'x'.repeat(100_097)],
    ['text of long characters', '漢'.repeat(33_400)],
    ['binary', new Uint8Array(100_097)],
  ])('that is larger than any message (%s) ends the socket with 1009', async (_, data) => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.session?.received(data);
    expect(peer.closing?.code).toBe(1009);
  });

  it('is not one of the longest content in its longest spelling', async () => {
    const chat = createSocketChat();
    const peer = await chat.connect({ token: await chat.login('ada') });
    peer.say(`{"type":"message","content":"${'\\ud83d\\ude00'.repeat(8_000)}","id":"long"}`);
    await settle();
    expect(peer.messages[0]).toMatchObject({ content: '😀'.repeat(8_000), clientId: 'long' });
  });

  it.each(['i'.repeat(64), '😀'.repeat(64), ' ', 'naïve'])(
    'is not one with the id %j',
    async (id) => {
      const chat = createSocketChat();
      const peer = await chat.connect({ token: await chat.login('ada') });
      peer.say({ type: 'message', content: 'x', id, unknown: { field: true } });
      await settle();
      expect(peer.messages[0]?.clientId).toBe(id);
    },
  );
});
