import { expect, it } from 'vitest';
import { untilConnecting } from './testing/caller.js';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, login, send, openSocket } = mockInNode();

it('processes a frame like a request and notifies every socket of the user', async () => {
  mock.reply((message) => `You said ${message}`);
  const token = await login();
  const [one, other] = [openSocket(token), openSocket(token)];
  await Promise.all([one.next('connected'), other.next('connected')]);
  one.send({ content: 'Hi', id: 'frame-1' });
  for (const client of [one, other]) {
    expect(await client.next('message')).toMatchObject({ content: 'Hi', clientId: 'frame-1' });
    expect(await client.next('message')).toMatchObject({ content: 'You said Hi' });
  }
  await send(token, 'over HTTP');
  expect(await other.next('message')).toMatchObject({ content: 'over HTTP' });
});

it('accepts a frame that is sent as soon as the socket opens', async () => {
  const client = openSocket(await login());
  client.socket.addEventListener('open', () => client.send({ content: 'At once' }));
  expect(await client.next('message')).toMatchObject({ content: 'At once' });
});

it('opens a rejected socket before it closes it, so that a page receives the close code', async () => {
  const client = openSocket('no-token');
  let opened = false;
  client.socket.addEventListener('open', () => {
    opened = true;
  });
  expect(await client.closed).toMatchObject({ code: 4401 });
  expect(opened).toBe(true);
});

it('treats two tokens like a missing token', async () => {
  const token = await login();
  const closing = await openSocket(`${token}&token=${token}`).closed;
  expect(closing).toMatchObject({ code: 4401, reason: expect.stringMatching(/is needed/) });
});

it('closes sockets like a server that restarts, or with a given code', async () => {
  const token = await login();
  const first = openSocket(token);
  await first.next('connected');
  mock.closeSockets();
  expect(await first.closed).toEqual({ code: 1012, reason: '', wasClean: true });
  const second = openSocket(token);
  await second.next('connected');
  mock.closeSockets({ code: 1013, reason: 'Later, please.' });
  expect(await second.closed).toEqual({ code: 1013, reason: 'Later, please.', wasClean: true });
});

it('drops sockets without a close frame', async () => {
  const client = openSocket(await login());
  await client.next('connected');
  mock.dropSockets();
  expect(await client.closed).toEqual({ code: 1006, reason: '', wasClean: false });
});

it('delivers the frames that it sent before the close', async () => {
  const client = openSocket(await login());
  await client.next('connected');
  for (let i = 0; i < 20; i += 1) client.socket.send('no JSON');
  expect(await client.closed).toMatchObject({ code: 1008 });
  expect(client.frames.filter(({ data }) => data.event === 'error')).toHaveLength(20);
});

it('closes and drops sockets that are still connecting', async () => {
  const token = await login();
  const closed = openSocket(token);
  await untilConnecting();
  expect(mock.sockets('ada')).toEqual([]);
  mock.closeSockets();
  expect(await closed.closed).toMatchObject({ code: 1012 });
  const dropped = openSocket(token);
  await untilConnecting();
  mock.dropSockets();
  expect(await dropped.closed).toMatchObject({ code: 1006 });
  expect(mock.sockets('ada')).toEqual([]);
});

it('counts the sockets of each user', async () => {
  const clients = [
    openSocket(await login()),
    openSocket(await login()),
    openSocket(await login('bob', 'hunter2')),
  ];
  await Promise.all(clients.map((client) => client.next('connected')));
  expect(mock.sockets('ada').map(({ username }) => username)).toEqual(['ada', 'ada']);
  expect(mock.sockets('bob')).toHaveLength(1);
  clients[0]?.socket.close();
  await clients[0]?.closed;
  expect(mock.sockets('ada')).toHaveLength(1);
});

it('closes one socket and leaves the others', async () => {
  const token = await login();
  const [one, other] = [openSocket(token), openSocket(token)];
  await one.next('connected');
  await other.next('connected');
  mock.sockets('ada')[0]?.close(4000, 'You.');
  expect(await one.closed).toMatchObject({ code: 4000, reason: 'You.' });
  await mock.push('ada', 'Still here?');
  expect(await other.next('message')).toMatchObject({ content: 'Still here?' });
});

it('rejects a fourth socket until one of the three is closed', async () => {
  const token = await login();
  const clients = [openSocket(token), openSocket(token), openSocket(token)];
  await Promise.all(clients.map((client) => client.next('connected')));
  expect(await openSocket(token).closed).toMatchObject({ code: 4429 });
  expect(mock.sockets('ada')).toHaveLength(3);
  clients[0]?.socket.close();
  await clients[0]?.closed;
  expect(await openSocket(token).next('connected')).toBeDefined();
});

it.each([
  ['an array buffer', new ArrayBuffer(8)],
  ['a view', new Uint8Array(8)],
  ['a blob', new Blob(['{}'])],
])('rejects a binary frame: %s', async (_name, data) => {
  const client = openSocket(await login());
  await client.next('connected');
  client.socket.send(data);
  expect((await client.next('error')).content).toContain('text');
});

it.each([
  ['text', 'x'.repeat(200_000)],
  ['bytes', new Uint8Array(200_000)],
  ['a blob', new Blob(['x'.repeat(200_000)])],
])('closes a socket after a frame that is too large: %s', async (_name, data) => {
  const client = openSocket(await login());
  await client.next('connected');
  client.socket.send(data);
  expect(await client.closed).toMatchObject({ code: 1009 });
});

it('rejects a close code or reason that is invalid in a close frame', () => {
  for (const code of [42, 1004, 1005, 1006, 1015, 2000, 5000]) {
    expect(() => mock.closeSockets({ code })).toThrow(RangeError);
  }
  expect(() => mock.closeSockets({ cod: 1012 } as never)).toThrow('Close option "cod" is unknown');
  expect(() => mock.closeSockets(1012 as never)).toThrow(
    /^Close options are invalid: expected an object/,
  );
  expect(() => mock.closeSockets({ reason: 'ü'.repeat(62) })).toThrow(RangeError);
});

it('names the option when a user does not exist', async () => {
  const message = 'This mock has no user "eve": add it to the option "users".';
  expect(() => mock.sockets('eve')).toThrow(message);
  expect(() => mock.messages('eve')).toThrow(message);
  await expect(mock.push('eve', 'Hi')).rejects.toThrow(message);
});
