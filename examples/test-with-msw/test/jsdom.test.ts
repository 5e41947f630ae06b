// @vitest-environment jsdom
import { expect, it, vi } from 'vitest';
import { mock, openPanel } from './chat.js';

it('works the same in another DOM', async () => {
  mock.reply(() => 'Hello from jsdom');
  const panel = await openPanel();

  panel.say('Hello');

  await vi.waitFor(() => expect(panel.said()).toEqual(['Hello', 'Hello from jsdom']));
});
