import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import type { CheckResult } from '../../../packages/server/src/conformance/check.js';
import { checks } from '../../../packages/server/src/conformance/checks/index.js';
import { runChecks } from '../../../packages/server/src/conformance/run.js';
import { createMockHarness, mockUsers } from '../mock-harness.js';

declare global {
  interface Window {
    /** The worker intercepts, the mock answers. */
    ready: Promise<void>;
    /** Runs one check against the mock in this page. */
    check(id: string): Promise<PageResult>;
  }
}

/** A result without the check itself, which holds functions and stays here. */
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
  const chosen = checks.filter((check) => check.id === id);
  for await (const { check: _, ...result } of runChecks(chosen, harness)) return result;
  throw new Error(`There is no check ${id}.`);
};
