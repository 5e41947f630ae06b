import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { behaviourCases, runCase, withPromises } from '../cases.js';

declare global {
  interface Window {
    /** Resolves when the service worker intercepts requests for the mock. */
    mockReady: Promise<void>;
    /** Runs one case against the mock in this page. */
    runCase(name: string): Promise<unknown>;
  }
}

const baseUrl = `${location.origin}/support`;
const mock = createChatMock({ baseUrl, users: [{ username: 'ada', password: 's3cret' }] });

window.mockReady = setupWorker(...mock.handlers)
  .start({ quiet: true, onUnhandledRequest: 'error' })
  .then(() => {});
window.runCase = async (name) => {
  const found = behaviourCases.find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no case "${name}".`);
  return runCase(found, { baseUrl, mock: withPromises(mock) });
};
