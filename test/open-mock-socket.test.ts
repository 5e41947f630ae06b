import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const program = (use: string) => `
  import { test } from 'node:test';
  import { setupServer } from 'msw/node';
  import { createChatMock } from '@chat/server/msw';
  import { ChatClient } from '@chat/client';

  const credentials = { username: 'ada', password: 's3cret' };
  const mock = createChatMock({ baseUrl: 'https://chat.test', users: [credentials] });
  setupServer(...mock.handlers).listen();
  test('leaves its socket open', async () => {
    const socket = new ChatClient({ baseUrl: 'https://chat.test', credentials }).connect();
    while (mock.sockets('ada').length === 0) await new Promise(setImmediate);
    ${use}
  });`;

test.each([
  ['received a message', "await mock.push('ada', 'hello');"],
  ['sent a message', "await socket.send('hello');"],
])(
  'a program exits although its last test leaves a mock socket open that %s',
  async (_, use) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program(use)],
      { cwd: fileURLToPath(new URL('..', import.meta.url)), timeout: 30_000 },
    );
    expect(stdout).toMatch(/^# pass 1$/m);
  },
  60_000,
);
