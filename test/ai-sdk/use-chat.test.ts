import { fileURLToPath } from 'node:url';
import { createTcpProxy } from '@chat/test-support';
import type { Plugin } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canBrowse } from '../support/browser.js';
import { chatPage } from '../support/chat-page.js';
import { expectNoLeaks } from '../support/leaks.js';

/** Bundles another package in place of `@ai-sdk/react`. */
const useReactPackage = (name: string): Plugin => ({
  name: 'version of the AI SDK',
  setup(build) {
    build.onResolve({ filter: /^@ai-sdk\/react$/ }, ({ kind, resolveDir }) =>
      name === '@ai-sdk/react' ? undefined : build.resolve(name, { kind, resolveDir }),
    );
  },
});

describe.skipIf(!canBrowse()).each([
  ['6', '@ai-sdk/react'],
  ['7', 'ai-sdk-react-4'],
])('useChat of the AI SDK %s in a page, against the server', (_, name) => {
  expectNoLeaks();
  const chat = chatPage(fileURLToPath(new URL('page.ts', import.meta.url)), [
    useReactPackage(name),
  ]);
  const { expectTexts, eventually, send, texts } = chat;
  const idOfLast = () => chat.tab.evaluate(() => document.querySelector('li:last-child')?.id);
  const history = async () => {
    const { messages } = await chat.otherClient.chat.history();
    return messages.toReversed();
  };

  it('streams a reply, then requests another one to the same message', async () => {
    await chat.open();
    await send('Hello');
    await expectTexts('li', ['Hello', 'Good morn']);
    await expectTexts('[role=status]', ['streaming']);
    chat.finishReply();
    await expectTexts('li', ['Hello', 'Good morning.']);
    await expectTexts('[role=status]', ['ready']);
    const [question, reply] = await history();
    expect(await idOfLast()).toBe(reply?.id);
    await chat.tab.click('Regenerate');
    await eventually(async () => {
      expect(await idOfLast()).not.toBe(reply?.id);
      expect(await texts('li')).toEqual(['Hello', 'Good morning.']);
    });
    const messages = await history();
    expect(messages.map(({ replyTo }) => replyTo)).toEqual([undefined, question?.id, question?.id]);
  });

  it('stops the reply at the backend too, and keeps its text', async () => {
    await chat.open();
    await send('Hello');
    await expectTexts('li', ['Hello', 'Good morn']);
    await chat.tab.click('Stop');
    await expectTexts('[role=status]', ['ready']);
    await eventually(async () => {
      expect((await history()).at(-1)).toMatchObject({ content: 'Good morn', stopped: true });
    });
    expect(await texts('li')).toEqual(['Hello', 'Good morn']);
  });

  it('continues a reply after a reload, and can stop it then', async () => {
    await chat.open();
    await send('Hello');
    await expectTexts('li', ['Hello', 'Good morn']);
    await chat.tab.reload();
    await expectTexts('li', ['Hello', 'Good morn']);
    await chat.tab.click('Stop');
    await eventually(async () => {
      expect((await history()).at(-1)).toMatchObject({ content: 'Good morn', stopped: true });
    });
    await send('Again');
    await expectTexts('li', ['Hello', 'Good morn', 'Again', 'Good morn']);
    await chat.tab.reload();
    await expectTexts('li', ['Hello', 'Good morn', 'Again', 'Good morn']);
    chat.finishReply();
    await expectTexts('li', ['Hello', 'Good morn', 'Again', 'Good morning.']);
    await expectTexts('[role=status]', ['ready']);
    expect(await history()).toHaveLength(4);
  });

  it('continues a reply whose connection was lost, and stores a question once', async () => {
    const proxy = await createTcpProxy({ target: Number(new URL(chat.backend).port) });
    onTestFinished(() => proxy.close());
    await chat.open({ backend: proxy.url });
    await send('Hello');
    await expectTexts('li', ['Hello', 'Good morn']);
    proxy.cut();
    chat.finishReply();
    await expectTexts('li', ['Hello', 'Good morning.']);
    await expectTexts('[role=status]', ['ready']);

    // The server stores the question, and the page receives no response.
    const stored = new Promise<void>((resolve) => {
      chat.beforeReply = () => {
        // Not earlier: the browser may ask the server first whether CORS allows the request.
        proxy.stall('down');
        resolve();
      };
    });
    await send('Again');
    await stored;
    chat.beforeReply = () => {};
    await eventually(async () => expect((await history()).length).toBeGreaterThan(2));
    proxy.cut();
    await proxy.resume();
    await expectTexts('li', ['Hello', 'Good morning.', 'Again', 'Good morning.']);
    await expectTexts('[role=status]', ['ready']);
    expect((await history()).map(({ content }) => content)).toEqual([
      'Hello',
      'Good morning.',
      'Again',
      'Good morning.',
    ]);
  });

  it('shows an error of the backend', async () => {
    await chat.open();
    // Typing it would take minutes in some browsers.
    await chat.tab.evaluate(() => {
      document.querySelector('input')!.value = 'x'.repeat(8001);
    });
    await chat.tab.click('Send');
    await eventually(async () =>
      expect((await texts('[role=status]'))[0]).toContain('BadRequestError'),
    );
  });
});
