import { type CheckResult, checks, runChecks } from '@chat/conformance';
import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { createMockHarness, mockUsers } from '../mock-harness.js';

declare global {
  interface Window {
    /** Resolves when the service worker intercepts requests for the mock. */
    ready: Promise<void>;
    /** Runs one check against the mock in this page. */
    check(id: string): Promise<PageResult>;
  }
}

/** A result without the check, whose functions cannot be serialized out of the page. */
export type PageResult = { [Key in Exclude<keyof CheckResult, 'check'>]: CheckResult[Key] } & {
  problem?: string;
  reason?: string;
  evidence?: unknown;
};

const baseUrl = `${location.origin}/support`;
const mock = createChatMock({ baseUrl, users: mockUsers });
const harness = createMockHarness(mock, baseUrl);
const worker = setupWorker(...mock.handlers);

window.ready = worker.start({ quiet: true, onUnhandledRequest: 'error' }).then(() => {});
window.check = async (id) => {
  const selected = checks.filter((check) => check.id === id);
  for await (const { check: _, ...result } of runChecks(selected, harness)) return result;
  throw new Error(`There is no check ${id}.`);
};
