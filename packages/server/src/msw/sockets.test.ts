import { expect, it } from 'vitest';
import { onItsWayIn } from './testing/caller.js';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, login, send, dial } = mockInNode();

it('answers a frame as it would a call, on every socket of the user', async () => {
  mock.reply((message) => `You said ${message}`);
  const token = await login();
  const [one, other] = [dial(token), dial(token)];
  await Promise.all([one.next('connected'), other.next('connected')]);
  one.send({ content: 'Hi', id: 'frame-1' });
  for (const line of [one, other]) {
    expect(await line.next('message')).toMatchObject({ content: 'Hi', clientId: 'frame-1' });
    expect(await line.next('message')).toMatchObject({ content: 'You said Hi' });
  }
  await send(token, 'over HTTP');
  expect(await other.next('message')).toMatchObject({ content: 'over HTTP' });
});

it('takes what is sent in the moment the socket opens', async () => {
  const line = dial(await login());
  line.socket.addEventListener('open', () => line.send({ content: 'At once' }));
  expect(await line.next('message')).toMatchObject({ content: 'At once' });
});

it('opens and then closes a socket that is refused, so that a page learns why', async () => {
  const line = dial('no-token');
  let opened = false;
  line.socket.addEventListener('open', () => {
    opened = true;
  });
  expect(await line.closed).toMatchObject({ code: 4401 });
  expect(opened).toBe(true);
});

it('takes two tokens for none', async () => {
  const token = await login();
  const closing = await dial(`${token}&token=${token}`).closed;
  expect(closing).toMatchObject({ code: 4401, reason: expect.stringMatching(/is needed/) });
});

it('closes sockets as a server that restarts, or as it is told', async () => {
  const token = await login();
  const first = dial(token);
  await first.next('connected');
  mock.closeSockets();
  expect(await first.closed).toEqual({ code: 1012, reason: '', wasClean: true });
  const second = dial(token);
  await second.next('connected');
  mock.closeSockets({ code: 1013, reason: 'Later, please.' });
  expect(await second.closed).toEqual({ code: 1013, reason: 'Later, please.', wasClean: true });
});

it('drops sockets without a close frame', async () => {
  const line = dial(await login());
  await line.next('connected');
  mock.dropSockets();
  expect(await line.closed).toEqual({ code: 1006, reason: '', wasClean: false });
});

it('delivers what it sent before it closed', async () => {
  const line = dial(await login());
  await line.next('connected');
  for (let i = 0; i < 20; i += 1) line.socket.send('no JSON');
  expect(await line.closed).toMatchObject({ code: 1008 });
  expect(line.frames.filter(({ data }) => data.event === 'error')).toHaveLength(20);
});

it('closes and drops sockets that are still on their way in', async () => {
  const token = await login();
  const closed = dial(token);
  await onItsWayIn();
  expect(mock.sockets('ada')).toEqual([]);
  mock.closeSockets();
  expect(await closed.closed).toMatchObject({ code: 1012 });
  const dropped = dial(token);
  await onItsWayIn();
  mock.dropSockets();
  expect(await dropped.closed).toMatchObject({ code: 1006 });
  expect(mock.sockets('ada')).toEqual([]);
});

it('counts the sockets of each user', async () => {
  const lines = [dial(await login()), dial(await login()), dial(await login('bob', 'hunter2'))];
  await Promise.all(lines.map((line) => line.next('connected')));
  expect(mock.sockets('ada').map(({ username }) => username)).toEqual(['ada', 'ada']);
  expect(mock.sockets('bob')).toHaveLength(1);
  lines[0]?.socket.close();
  await lines[0]?.closed;
  expect(mock.sockets('ada')).toHaveLength(1);
});

it('closes one socket and leaves the others', async () => {
  const token = await login();
  const [one, other] = [dial(token), dial(token)];
  await one.next('connected');
  await other.next('connected');
  mock.sockets('ada')[0]?.close(4000, 'You.');
  expect(await one.closed).toMatchObject({ code: 4000, reason: 'You.' });
  await mock.push('ada', 'Still here?');
  expect(await other.next('message')).toMatchObject({ content: 'Still here?' });
});

it('refuses a fourth socket, and takes one when another has gone', async () => {
  const token = await login();
  const lines = [dial(token), dial(token), dial(token)];
  await Promise.all(lines.map((line) => line.next('connected')));
  expect(await dial(token).closed).toMatchObject({ code: 4429 });
  expect(mock.sockets('ada')).toHaveLength(3);
  lines[0]?.socket.close();
  await lines[0]?.closed;
  expect(await dial(token).next('connected')).toBeDefined();
});

it.each([
  ['an array buffer', new ArrayBuffer(8)],
  ['a view', new Uint8Array(8)],
  ['a blob', new Blob(['{}'])],
])('reads no binary frame: %s', async (_name, data) => {
  const line = dial(await login());
  await line.next('connected');
  line.socket.send(data);
  expect((await line.next('error')).content).toContain('text');
});

it.each([
  ['text', 'x'.repeat(200_000)],
  ['bytes', new Uint8Array(200_000)],
  ['a blob', new Blob(['x'.repeat(200_000)])],
])('closes a socket that sends far too much: %s', async (_name, data) => {
  const line = dial(await login());
  await line.next('connected');
  line.socket.send(data);
  expect(await line.closed).toMatchObject({ code: 1009 });
});

it('refuses a close that no frame could say', () => {
  for (const code of [42, 1004, 1005, 1006, 1015, 2000, 5000]) {
    expect(() => mock.closeSockets({ code })).toThrow(RangeError);
  }
  expect(() => mock.closeSockets({ cod: 1012 } as never)).toThrow('A closing has no "cod"');
  expect(() => mock.closeSockets(1012 as never)).toThrow(/^A closing must be an object/);
  expect(() => mock.closeSockets({ reason: 'ü'.repeat(62) })).toThrow(RangeError);
});

it('names the option when a user does not exist', async () => {
  const sentence = 'This mock has no user "eve": name it in the option "users".';
  expect(() => mock.sockets('eve')).toThrow(sentence);
  expect(() => mock.messages('eve')).toThrow(sentence);
  await expect(mock.push('eve', 'Hi')).rejects.toThrow(sentence);
});
