import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSSRApp } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { canBrowse } from '../support/browser.js';
import { ada, chatPage } from '../support/chat-page.js';
import { expectNoLeaks } from '../support/leaks.js';
import { guideCode, svelte } from './build-plugins.js';
import { VueChat } from './vue-chat.js';

/** Renders the component as a server would, without a connection. */
const renderers = {
  vue: (client: ChatClient) => renderToString(createSSRApp(VueChat, { client })),
  'svelte-runes': (client: ChatClient) => renderSvelte('./runes-chat.svelte', client),
  'svelte-store': (client: ChatClient) => renderSvelte('./store-chat.svelte', client),
};

async function renderSvelte(component: string, client: ChatClient): Promise<string> {
  const contents = `
    import { render } from 'svelte/server';
    import Chat from '${component}';
    export const html = (client) => render(Chat, { props: { client } }).body;`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    plugins: [svelte('server')],
  });
  const { html } = await import(
    `data:text/javascript,${encodeURIComponent(outputFiles[0]?.text ?? '')}`
  );
  return html(client);
}

describe.skipIf(!canBrowse())('a conversation in a page, against the server', () => {
  expectNoLeaks();
  const chat = chatPage(fileURLToPath(new URL('page.ts', import.meta.url)), [
    svelte('client'),
    guideCode,
  ]);
  const { texts, expectTexts, eventually, send } = chat;

  describe.each(['vue', 'svelte-runes', 'svelte-store', 'solid', 'angular', 'lit'])(
    'with %s',
    (framework) => {
      it('streams a reply, recovers what it missed, loads older messages, closes its socket', async () => {
        chat.finishReply();
        const before = Array.from({ length: 30 }, (_, nth) =>
          chat.otherClient.chat.send(`Before ${nth}`, { return: 'minimal' }),
        );
        await Promise.all(before);
        await chat.open({ framework });
        await chat.tab.evaluate(() => window.mount());
        await expectTexts('[role=status]', ['open']);
        await eventually(async () => expect(await texts('ol li')).toHaveLength(50));
        await chat.tab.evaluate(() => window.dropConnection());
        await chat.otherClient.chat.send('Meanwhile');
        await eventually(async () => {
          expect((await texts('ol li')).slice(-2)).toEqual(['Meanwhile', 'Good morning.']);
        });
        await chat.tab.click('Older');
        await eventually(async () => expect(await texts('ol li')).toHaveLength(62));
        await eventually(async () => expect(await texts('button')).not.toContain('Older'));
        expect(await chat.tab.evaluate(() => window.socketCount())).toBe(2);
        await chat.tab.evaluate(() => window.unmount());
        await chat.expectSocketCount(0);
      });

      it('shows a message at once, and the reply while it is generated', async () => {
        await chat.open({ framework });
        await chat.tab.evaluate(() => window.mount());
        await expectTexts('[role=status]', ['open']);
        await send('Hello');
        await expectTexts('output', ['Good morn']);
        await expectTexts('ol li', ['Hello']);
        await expectTexts('ul li', []);
        chat.finishReply();
        await expectTexts('ol li', ['Hello', 'Good morning.']);
        await expectTexts('output', []);
        expect(await chat.tab.evaluate(() => window.socketCount())).toBe(1);
      });
    },
  );

  it.each(Object.entries(renderers))(
    'renders %s on a server without a connection, and hydrates without a mismatch',
    async (framework, render) => {
      chat.finishReply();
      await chat.otherClient.chat.send('Before');
      const client = new ChatClient({ baseUrl: chat.backend, credentials: ada });
      onTestFinished(() => client.close());
      const connect = vi.spyOn(client, 'connect');
      const html = await render(client);
      expect(html).toContain('connecting');
      await new Promise<void>((resolve) => queueMicrotask(resolve));
      expect(connect).not.toHaveBeenCalled();
      await chat.open({ framework });
      const warnings = await chat.tab.evaluate((rendered) => window.hydrate(rendered), html);
      await expectTexts('ol li', ['Before', 'Good morning.']);
      expect(warnings).toEqual([]);
      expect(await texts('ol')).toHaveLength(1);
    },
  );
});
