// @vitest-environment jsdom
import { expect, it, vi } from 'vitest';
import { mock, openPanel } from './chat.js';

it('works in jsdom', async () => {
  mock.reply(() => 'Hello from jsdom');
  const panel = await openPanel();

  panel.send('Hello');

  await vi.waitFor(() => expect(panel.messages()).toEqual(['Hello', 'Hello from jsdom']));
});
