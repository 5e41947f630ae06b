// @vitest-environment jsdom
import { expect, it } from 'vitest';
import { mock, openPanel } from './chat.js';

it('works in jsdom', async () => {
  mock.reply(() => 'Hello from jsdom');
  const panel = await openPanel();

  panel.send('Hello');

  await expect.poll(panel.messages).toEqual(['Hello', 'Hello from jsdom']);
});
