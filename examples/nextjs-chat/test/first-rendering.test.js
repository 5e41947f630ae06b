import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProxy, startBackend } from '../../chat-page-test/backend.mjs';
import { serveNext } from './next-site.js';

test('the HTML contains the messages of the user of the cookie, and else the login form', async (t) => {
  const proxy = await openProxy();
  t.after(() => proxy.close());
  const site = await serveNext(proxy.url);
  t.after(() => site.close());
  const backend = await startBackend((name) => import(name), site.origin, proxy);
  t.after(() => backend.close());
  backend.finishReplies();
  await backend.otherDevice.chat.send('Rendered on the server');
  const { access_token: accessToken } = await backend.otherDevice.login();
  const htmlFor = async (token) => {
    const signIn = JSON.stringify({ accessToken: token, username: 'ada' });
    const cookie = `chat-sign-in=${encodeURIComponent(signIn)}`;
    return await (await fetch(site.origin, { headers: { cookie } })).text();
  };
  const html = await htmlFor(accessToken);
  assert.match(html, /<p class="user">Rendered on the server<\/p>/);
  assert.doesNotMatch(html, /type="password"/);
  assert.match(await htmlFor('expired'), /type="password"/);
  assert.match(await (await fetch(site.origin)).text(), /type="password"/);
});
