// What every chat page of the examples must do, as tests in a browser.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { openProxy, startBackend } from './backend.mjs';
import { openBrowser, whyNoBrowser } from './browsers/index.mjs';
import { eventually } from './eventually.mjs';

const timeout = 120_000;

/**
 * @param {object} parts
 * @param parts.load imports a package that the example installs
 * @param {(chatServer: string) => Promise<{ origin: string, close(): Promise<void> }>} parts.serve serves the built page;
 *   the page may also find the address of the chat server in the parameter `server`
 */
export function testChatPage({ load, serve }) {
  describe('the page', { skip: whyNoBrowser(), timeout: 20 * timeout }, () => {
    let site;
    let browser;
    let proxy;
    let backend;
    let context;
    let tab;

    before(async () => {
      proxy = await openProxy();
      site = await serve(proxy.url);
      browser = await openBrowser(load);
    });
    after(async () => {
      await context?.close();
      await browser?.close();
      await site?.close();
      await backend?.close();
      await proxy?.close();
    });

    const openTab = async () => {
      const opened = await context.openTab();
      await opened.goto(`${site.origin}/?server=${encodeURIComponent(proxy.url)}`);
      return opened;
    };
    beforeEach(async () => {
      await context?.close();
      await backend?.close();
      backend = await startBackend(load, site.origin, proxy);
      context = await browser.openContext();
      tab = await openTab();
    });

    const scenario = (title, run) =>
      test(title, { timeout }, async () => {
        await run();
        assert.deepEqual(context.errors, []);
      });
    const logIn = async (password = backend.user.password) => {
      await tab.fill('Username', backend.user.username);
      await tab.fill('Password', password);
      await tab.click('Log in');
    };
    /** A tab that opens meanwhile might find no token yet. */
    const logInCompletely = async () => {
      await logIn();
      await count('[role=log]', 1);
    };
    const send = async (text) => {
      await tab.fill('Message', text);
      await tab.click('Send');
    };
    /** Waits until the log shows these messages and nothing else. */
    const shows = (expected, where = tab) =>
      eventually(async () => assert.deepEqual(await where.texts('[role=log] p'), expected));
    const count = (selector, expected, where = tab) =>
      eventually(async () => assert.equal((await where.texts(selector)).length, expected));
    const history = async () => {
      const { messages } = await backend.otherDevice.chat.history();
      return messages.toReversed().map(({ content }) => content);
    };

    scenario('shows a message at once, and the reply while it is generated', async () => {
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good ']);
      backend.finishReplies();
      await shows(['Hello', 'Good morning.']);
    });

    scenario('explains a wrong password, and accepts the right one', async () => {
      backend.finishReplies();
      await logIn('wrong');
      await eventually(async () =>
        assert.deepEqual(await tab.texts('form [role=alert]'), [
          'The username or the password is wrong.',
        ]),
      );
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good morning.']);
    });

    scenario('shows the messages of another device', async () => {
      backend.finishReplies();
      await backend.otherDevice.chat.send('Before');
      await logIn();
      await shows(['Before', 'Good morning.']);
      await backend.otherDevice.chat.send('Meanwhile');
      await shows(['Before', 'Good morning.', 'Meanwhile', 'Good morning.']);
    });

    scenario('stops a reply and keeps its text', async () => {
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good ']);
      await tab.click('Stop');
      await eventually(async () => assert.deepEqual(await history(), ['Hello', 'Good ']));
      backend.finishReplies();
      await send('Again');
      await shows(['Hello', 'Good ', 'Again', 'Good morning.']);
    });

    scenario('requests another reply to the same message', async () => {
      backend.finishReplies();
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good morning.']);
      await tab.click('Regenerate');
      await shows(['Hello', 'Good morning.', 'Good morning.']);
      assert.deepEqual(await history(), ['Hello', 'Good morning.', 'Good morning.']);
    });

    scenario('continues a reply after a reload', async () => {
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good ']);
      await tab.reload();
      await shows(['Hello', 'Good ']);
      backend.finishReplies();
      await shows(['Hello', 'Good morning.']);
      assert.deepEqual(await history(), ['Hello', 'Good morning.']);
    });

    scenario('recovers what it missed without a connection, and sends again', async () => {
      backend.finishReplies();
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good morning.']);
      await count('[role=status]', 0);
      proxy.cut();
      await count('[role=status]', 1);
      await backend.otherDevice.chat.send('Meanwhile');
      proxy.restore();
      await shows(['Hello', 'Good morning.', 'Meanwhile', 'Good morning.']);
      await count('[role=status]', 0);
      await send('Back');
      await shows([
        'Hello',
        'Good morning.',
        'Meanwhile',
        'Good morning.',
        'Back',
        'Good morning.',
      ]);
    });

    scenario('completes a reply whose connection is lost', async () => {
      await logIn();
      await send('Hello');
      await shows(['Hello', 'Good ']);
      proxy.cut();
      proxy.restore();
      backend.finishReplies();
      await shows(['Hello', 'Good morning.']);
      assert.deepEqual(await history(), ['Hello', 'Good morning.']);
    });

    scenario('shows the same conversation in two tabs', async () => {
      backend.finishReplies();
      await logInCompletely();
      const other = await openTab();
      await count('[role=log]', 1, other);
      await send('Hello');
      await shows(['Hello', 'Good morning.']);
      await shows(['Hello', 'Good morning.'], other);
    });

    scenario('goes on in the other tabs when the first one is closed', async () => {
      backend.finishReplies();
      await logInCompletely();
      const others = [await openTab(), await openTab()];
      for (const other of others) await count('[role=log]', 1, other);
      await send('Hello');
      for (const other of others) await shows(['Hello', 'Good morning.'], other);
      await tab.close();
      tab = others[0];
      await send('Again');
      for (const other of others) {
        await shows(['Hello', 'Good morning.', 'Again', 'Good morning.'], other);
      }
    });

    scenario('shows nothing of the conversation after a logout in another tab', async () => {
      backend.finishReplies();
      await logIn();
      await send('Secret');
      await shows(['Secret', 'Good morning.']);
      const other = await openTab();
      await shows(['Secret', 'Good morning.'], other);
      await other.click('Log out');
      for (const each of [tab, other]) {
        await count('input[type=password]', 1, each);
        assert.doesNotMatch((await each.texts('body > :not(script)')).join(), /Secret/);
      }
    });
  });
}
