import { type ChatMock, createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';

declare global {
  interface Window {
    /** The strings to pull, for a test in a browser and for you in the console. */
    mock?: ChatMock;
  }
}

export async function startMock(baseUrl: string): Promise<void> {
  const mock = createChatMock({ baseUrl, users: [{ username: 'ada', password: 's3cret' }] });
  mock.reply((message) => `You said ${message}`);
  // The page's own files are not the mock's business.
  await setupWorker(...mock.handlers).start({ onUnhandledRequest: 'bypass' });
  window.mock = mock;
}
