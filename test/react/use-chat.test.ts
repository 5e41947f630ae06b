import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { canBrowse, type Tab } from '../support/browser.js';
import { ada, chatPage } from '../support/chat-page.js';
import { expectNoLeaks } from '../support/leaks.js';
import { Conversation } from './conversation.js';

describe.skipIf(!canBrowse())('useChat in a page, against the server', () => {
  expectNoLeaks();
  const chat = chatPage(fileURLToPath(new URL('page.ts', import.meta.url)));
  const { texts, eventually, expectTexts, send } = chat;
  let tab: Tab;
  beforeEach(async () => {
    await chat.open();
    tab = chat.tab;
  });

  it('opens one socket under StrictMode, streams the reply, and shows each message once', async () => {
    await tab.evaluate(() => window.mount());
    await expectTexts('[role=status]', ['open']);
    await send('Hello');
    await expectTexts('output', ['Good morn']);
    await expectTexts('ol li', ['Hello']);
    await expectTexts('ul li', []);
    chat.finishReply();
    await expectTexts('ol li', ['Hello', 'Good morning.']);
    await expectTexts('output', []);
    expect(await tab.evaluate(() => window.socketCount())).toBe(1);
  });

  it('works under StrictMode when unmounting logs out, and then for the next user', async () => {
    chat.finishReply();
    await tab.evaluate(() => window.mountFor('ada'));
    await expectTexts('[role=status]', ['open']);
    await send('I am Ada');
    await expectTexts('ol li', ['I am Ada', 'Good morning.']);
    await tab.evaluate(() => window.mountFor('bob'));
    await expectTexts('ol li', []);
    await expectTexts('[role=status]', ['open']);
    await send('I am Bob');
    await expectTexts('ol li', ['I am Bob', 'Good morning.']);
  });

  it('shows messages that were stored during a lost connection, and loads older ones', async () => {
    chat.finishReply();
    for (let nth = 1; nth <= 30; nth += 1) await chat.otherClient.chat.send(`Before ${nth}`);
    await tab.evaluate(() => window.mount());
    await expectTexts('[role=status]', ['open']);
    await eventually(async () => expect(await texts('ol li')).toHaveLength(50));
    await tab.evaluate(() => window.dropConnection());
    await chat.otherClient.chat.send('Meanwhile');
    await eventually(async () => {
      expect((await texts('ol li')).slice(-2)).toEqual(['Meanwhile', 'Good morning.']);
    });
    await tab.click('Older');
    await eventually(async () => expect(await texts('ol li')).toHaveLength(62));
    expect((await texts('ol li'))[0]).toBe('Before 1');
    await eventually(async () => expect(await texts('button')).not.toContain('Older'));
  });

  it('hydrates server-rendered HTML without a mismatch', async () => {
    chat.finishReply();
    await chat.otherClient.chat.send('Before');
    const client = new ChatClient({ baseUrl: chat.backend, credentials: ada });
    const html = renderToString(createElement(Conversation, { client }));
    expect(html).toContain('connecting');
    const recovered = await tab.evaluate((rendered) => window.hydrate(rendered), html);
    await expectTexts('ol li', ['Before', 'Good morning.']);
    expect(recovered).toEqual([]);
  });

  it('shows the same messages in all components when they arrive during a slow render', async () => {
    chat.finishReply();
    await tab.evaluate(() => window.mount());
    await expectTexts('[role=status]', ['open']);
    // The message is sent after the render has started, not before it: a slow tab starts late.
    const render = tab.evaluate(() => window.renderInTransition());
    await eventually(async () => expect(await tab.evaluate(() => window.isRendering)).toBe(true));
    await chat.otherClient.chat.send('Meanwhile');
    const { rendered, committed } = await render;
    expect(rendered).toBeGreaterThan(1);
    expect(committed).toBe(1);
  });

  it('closes its socket when it is unmounted', async () => {
    await tab.evaluate(() => window.mount());
    await expectTexts('[role=status]', ['open']);
    await tab.evaluate(() => window.unmount());
    await chat.expectSocketCount(0);
  });
});
