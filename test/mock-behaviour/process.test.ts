import { type StartedMock, startMock } from '@chat/server/mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { behaviourCases, runCase } from './cases.js';

let mock: StartedMock;

beforeAll(async () => {
  mock = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
});
// Node 20 has none.
beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
afterEach(() => void vi.unstubAllGlobals());
afterAll(() => mock?.stop());

describe('the mock as a process', () => {
  it('rejects a request to the path of the socket, as the server does', async () => {
    const response = await fetch(`${mock.url}/ws/chat`);
    expect([response.status, await response.json()]).toEqual([
      400,
      { detail: 'This path accepts WebSockets only: send an upgrade request.' },
    ]);
  });

  it.each(behaviourCases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    expect(await runCase(each, { baseUrl: mock.url, mock })).toEqual(each.expected);
  });
});

describe('a namespace of the mock process', () => {
  it.each(behaviourCases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    const namespace = await mock.createNamespace();
    try {
      const target = { baseUrl: namespace.url, mock: namespace };
      expect(await runCase(each, target)).toEqual(each.expected);
    } finally {
      await namespace.remove();
    }
  });
});
