import { expect, it, vi } from 'vitest';
import { mock, openPanel } from './chat.js';

it('comes back after the line broke, and shows what was said meanwhile', async () => {
  const panel = await openPanel();
  panel.say('Hello');
  await vi.waitFor(() => expect(panel.said()).toHaveLength(2));

  mock.dropSockets();
  await mock.push('ada', 'You missed this.');

  await vi.waitFor(() => expect(panel.said().at(-1)).toBe('You missed this.'));
  expect(panel.said()).toHaveLength(3);
  await vi.waitFor(() => expect(panel.status()).toBe('Connected'));
});

it('comes back after the server restarted', async () => {
  const panel = await openPanel();

  mock.closeSockets({ code: 1012 });
  expect(mock.sockets('ada')).toEqual([]);

  await vi.waitFor(() => expect(mock.sockets('ada')).toHaveLength(1));
  await vi.waitFor(() => expect(panel.status()).toBe('Connected'));
});

it('says so when the server wants nothing more of it', async () => {
  const panel = await openPanel();

  mock.closeSockets({ code: 1000 });

  await vi.waitFor(() => expect(panel.status()).toBe('Disconnected'));
});
