import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { createAssistant, delay } from '../demo/assistant.js';
import { limits, user } from '../demo/demo-config.js';
import { seedHistory } from '../demo/seed-history.js';
import type { Backend } from './login/logged-in-user.js';

const week = 7 * 86_400_000;

/** Runs the whole server in the page, with a week of conversations. */
export async function startMock(baseUrl: string): Promise<Backend> {
  let mockTime = Date.now() - week;
  const mock = createChatMock({ baseUrl, users: [user], limits, now: mockTime });
  const moveClockTo = (time: number) => {
    mock.advance(Math.max(0, time - mockTime));
    mockTime = Math.max(mockTime, time);
  };
  const seedAssistant = createAssistant((ms) => moveClockTo(mockTime + ms));
  mock.reply((message) => seedAssistant(message));
  await setupWorker(...mock.handlers).start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    // The worker is in the folder of the page, which may be any folder of the site.
    serviceWorker: { url: new URL('mockServiceWorker.js', document.baseURI).pathname },
  });
  await seedHistory({ baseUrl, now: Date.now(), moveClockTo, user });

  // From now on the mock's clock follows the page's clock.
  setInterval(() => moveClockTo(Date.now()), 200);
  const assistant = createAssistant(delay);
  mock.reply((message) => assistant(message));
  return { baseUrl, expireTokens: () => mock.expireTokens() };
}
