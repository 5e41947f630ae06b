import { type ChatMock, createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';

declare global {
  interface Window {
    /** Controls the mock, from a test in a browser or from the console. */
    mock?: ChatMock;
  }
}

export async function startMock(baseUrl: string): Promise<void> {
  const mock = createChatMock({ baseUrl, users: [{ username: 'ada', password: 's3cret' }] });
  mock.reply((message) => `You said ${message}`);
  // The mock handles only the chat API, not the page's own files.
  await setupWorker(...mock.handlers).start({ onUnhandledRequest: 'bypass' });
  window.mock = mock;
}
