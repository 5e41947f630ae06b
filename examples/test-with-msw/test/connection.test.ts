import { expect, it } from 'vitest';
import { mock, openPanel } from './chat.js';

it('reconnects after a lost connection, and shows missed messages', async () => {
  const panel = await openPanel();
  panel.send('Hello');
  await expect.poll(panel.messages).toHaveLength(2);

  mock.dropSockets();
  await mock.push('ada', 'You missed this.');

  await expect.poll(() => panel.messages().at(-1)).toBe('You missed this.');
  expect(panel.messages()).toHaveLength(3);
  await expect.poll(panel.status).toBe('Connected');
});

it('reconnects after a server restart', async () => {
  const panel = await openPanel();

  mock.closeSockets({ code: 1012 });
  expect(mock.sockets('ada')).toEqual([]);

  await expect.poll(() => mock.sockets('ada')).toHaveLength(1);
  await expect.poll(panel.status).toBe('Connected');
});

it('shows when the server closes the connection permanently', async () => {
  const panel = await openPanel();

  mock.closeSockets({ code: 1000 });

  await expect.poll(panel.status).toBe('Disconnected');
});
