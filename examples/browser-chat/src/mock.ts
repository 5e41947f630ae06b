import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { createDesk, realPause } from '../demo/desk.js';
import { limits, user } from '../demo/house-rules.js';
import { livePast } from '../demo/past.js';
import type { Backend } from './session/session.js';

const week = 7 * 86_400_000;

/** The whole server in the page, with a week behind it. */
export async function startMock(baseUrl: string): Promise<Backend> {
  let moment = Date.now() - week;
  const mock = createChatMock({ baseUrl, users: [user], limits, now: moment });
  const moveClockTo = (time: number) => {
    mock.advance(Math.max(0, time - moment));
    moment = Math.max(moment, time);
  };
  const past = createDesk((ms) => moveClockTo(moment + ms));
  mock.reply((message) => past(message));
  await setupWorker(...mock.handlers).start({
    quiet: true,
    onUnhandledRequest: 'bypass',
    // Beside the page, in whatever folder it lies.
    serviceWorker: { url: new URL('mockServiceWorker.js', document.baseURI).pathname },
  });
  await livePast({ baseUrl, now: Date.now(), moveClockTo, user });

  // From here on the mock's clock is the page's.
  setInterval(() => moveClockTo(Date.now()), 200);
  const desk = createDesk(realPause);
  mock.reply((message) => desk(message));
  return { baseUrl, expireTokens: () => mock.expireTokens() };
}
