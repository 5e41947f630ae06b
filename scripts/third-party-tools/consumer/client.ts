// Uses a client that openapi-typescript generated from our document: it must compile, and work with the server.
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './schema.js';

type Message = components['schemas']['Message'];

const baseUrl = `${process.argv[2]}/api/v1`;
// A reply may also be a stream of events.
const guest = createClient<paths, 'application/json'>({ baseUrl });

const { data: login } = await guest.POST('/login', {
  body: { username: 'ada', password: 's3cret' },
});
assert.ok(login);
const token: string = login.access_token;
const client = createClient<paths, 'application/json'>({
  baseUrl,
  headers: { Authorization: `Bearer ${token}` },
});

const sent = await client.POST('/chat', { body: { message: 'Hello' } });
assert.equal(sent.data?.response, 'Hello');
const minimal = await client.POST('/chat', {
  body: { message: 'Again' },
  params: { header: { 'Idempotency-Key': 'a-key', Prefer: 'return=minimal' } },
});
assert.equal(minimal.data?.messages.length, 2);

const page = await client.GET('/chat/history', {
  params: { query: { page: 1, pageSize: 3, order: 'asc' } },
});
const contents: string[] | undefined = page.data?.messages.map(({ content }) => content);
assert.deepEqual(contents, ['Hello', 'Hello', 'Again']);
assert.equal(page.data?.pagination.total, 4);
const reply = page.data?.messages[1] as Message;

const rated = await client.POST('/chat/feedback', {
  body: { messageId: reply.id ?? '', satisfied: true },
});
assert.ok(rated.data?.message);
const sessions = await client.GET('/chat/sessions');
assert.equal(sessions.data?.sessions[0]?.messageCount, 4);
const chats = await client.GET('/stats/chat');
assert.equal(chats.data?.satisfactionRate, 100);
const messages = await client.GET('/stats/messages');
assert.equal(messages.data?.totalMessages, 4);

const invalid = await client.GET('/chat/history', { params: { query: { page: 0 } } });
assert.equal(invalid.response.status, 400);
const detail: string | undefined = invalid.error?.detail;
assert.match(detail ?? '', /page/);
const unauthorized = await guest.GET('/stats/chat');
assert.equal(unauthorized.response.status, 401);

const logout = await client.POST('/logout');
assert.equal(logout.data?.message, 'Successfully logged out');

// @ts-expect-error There is no such path.
void (() => client.GET('/chats'));
// @ts-expect-error A message is a string.
void (() => client.POST('/chat', { body: { message: 1 } }));
