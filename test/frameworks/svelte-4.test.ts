import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { canBrowse } from '../support/browser.js';
import { chatPage } from '../support/chat-page.js';
import { expectNoLeaks } from '../support/leaks.js';
import { svelte4 } from './build-plugins.js';

describe.skipIf(!canBrowse())('a conversation with Svelte 4 in a page, against the server', () => {
  expectNoLeaks();
  const chat = chatPage(fileURLToPath(new URL('svelte-4-page.ts', import.meta.url)), [svelte4]);
  const { expectTexts, send } = chat;

  it('streams a reply through the store contract, and closes its socket', async () => {
    await chat.open();
    await chat.tab.evaluate(() => window.mount());
    await expectTexts('[role=status]', ['open']);
    await send('Hello');
    await expectTexts('output', ['Good morn']);
    await expectTexts('ol li', ['Hello']);
    chat.finishReply();
    await expectTexts('ol li', ['Hello', 'Good morning.']);
    await expectTexts('output', []);
    await chat.tab.evaluate(() => window.unmount());
    await chat.expectSocketCount(0);
    expect(await chat.texts('ol')).toEqual([]);
  });
});

it('is bundled with Svelte 4 without a warning, although Svelte 5 exports more', async () => {
  const { warnings } = await build({
    entryPoints: [fileURLToPath(new URL('svelte-4-page.ts', import.meta.url))],
    plugins: [svelte4],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'esm',
    logLevel: 'silent',
  });
  expect(warnings.map(({ text }) => text)).toEqual([]);
});
