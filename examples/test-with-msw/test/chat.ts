import { ChatClient, type ChatClientOptions } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { mountChatPanel } from '../src/chat-panel.js';

export const baseUrl = 'https://chat.example.com';
export const ada = { username: 'ada', password: 's3cret' };

/** One mock per test file, reset before each test. */
export const mock = createChatMock({ baseUrl, users: [ada] });
export const server = setupServer(...mock.handlers);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => mock.reset());
afterAll(() => server.close());

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});

/** Mounts the panel, waits until it is connected, and returns what a user sees and does. */
export async function openPanel(options: Partial<ChatClientOptions> = {}) {
  // Short retry delays, so that the tests are fast.
  const retry = { minDelayMs: 1, maxDelayMs: 2, maxWaitMs: 1_000 };
  const client = new ChatClient({ baseUrl, credentials: ada, retry, ...options });
  const root = document.body.appendChild(document.createElement('main'));
  const unmount = mountChatPanel(root, client);
  cleanUps.push(() => {
    unmount();
    client.close();
    root.remove();
  });
  const find = <T extends Element>(selector: string) => root.querySelector(selector) as T;
  const status = () => find('[role=status]').textContent;
  await expect.poll(status).toBe('Connected');
  return {
    status,
    messages: () => [...root.querySelectorAll('li')].map((item) => item.textContent),
    alert: () => find('[role=alert]').textContent,
    input: () => find<HTMLInputElement>('input').value,
    send(text: string) {
      find<HTMLInputElement>('input').value = text;
      find('form').dispatchEvent(new Event('submit', { cancelable: true }));
    },
  };
}
