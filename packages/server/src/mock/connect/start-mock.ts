import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import type { ChatLimits } from '../../domain/api.js';
import {
  assertOptions,
  boolean,
  number,
  type OptionSchemas,
  option,
  optionsObject,
} from '../../options/assert-options.js';
import { users } from '../../options/schemas.js';
import type { MockUser } from '../backend/options.js';
import { type ConnectedMock, connectMock, MockControlError } from './connect-mock.js';

/** The flags of the limits that the program accepts. */
const limitFlags = {
  loginsPerWindow: 'logins-per-minute',
  messagesPerWindow: 'messages-per-minute',
  windowMs: 'limit-window-ms',
  socketsPerUser: 'sockets-per-user',
  contentMaxLength: 'content-max-length',
  tokenLifetimeMs: 'token-lifetime-ms',
  sessionIdleMs: 'session-idle-ms',
} satisfies { readonly [Name in keyof NonNullable<StartMockOptions['limits']>]-?: string };

/**
 * Options of {@link startMock}.
 *
 * @example
 * ```ts
 * import { type StartMockOptions, startMock } from '@chat/server/mock';
 *
 * const options: StartMockOptions = { port: 4000, users: [{ username: 'ada', password: 's3cret' }] };
 * const mock = await startMock(options);
 * ```
 */
export interface StartMockOptions {
  /**
   * The port to listen on.
   * @default a free one
   */
  readonly port?: number;
  /**
   * The users of the mock. Other users of the machine can see their passwords in the list of processes.
   * @default none
   */
  readonly users?: readonly MockUser[];
  /**
   * Limits that differ from the defaults of the protocol. A namespace can change all limits.
   * @default those of the protocol
   */
  readonly limits?: Partial<
    Pick<
      ChatLimits,
      | 'loginsPerWindow'
      | 'messagesPerWindow'
      | 'windowMs'
      | 'socketsPerUser'
      | 'contentMaxLength'
      | 'tokenLifetimeMs'
      | 'sessionIdleMs'
    >
  >;
  /**
   * Whether the clock runs by itself; it cannot be advanced then.
   * @default false
   */
  readonly realTime?: boolean;
  /**
   * How long the start may take, in milliseconds.
   * @default 30000
   */
  readonly timeoutMs?: number;
}

const limit = number(0, undefined, { range: true });

const optionsSchema = optionsObject({
  port: number(0, 65_535, { range: true }),
  // Arguments of the program separate the name and the password by a colon.
  users: z.pipe(
    users,
    option<MockUser[]>(
      'usernames without a colon',
      (list) => list.every(({ username }) => !username.includes(':')),
      { secret: true },
    ),
  ),
  limits: optionsObject(Object.fromEntries(Object.keys(limitFlags).map((name) => [name, limit]))),
  realTime: boolean,
  timeoutMs: number(0, undefined, { range: true }),
} satisfies OptionSchemas<StartMockOptions>);

/**
 * A mock process, with its controls.
 *
 * @example
 * ```ts
 * import { type StartedMock, startMock } from '@chat/server/mock';
 *
 * const mock: StartedMock = await startMock();
 * console.log(mock.url);
 * await mock.stop();
 * ```
 */
export interface StartedMock extends ConnectedMock {
  /** Stops the process. Its sockets close with 1012. */
  stop(): Promise<void>;
}

/**
 * Starts `chat-server mock --control` as a child process, for the global setup of a test runner. It ends with this process
 * at the latest.
 *
 * @throws MockControlError when it does not start in time, with its error message.
 * @throws TypeError or RangeError when an option is invalid
 * @example
 * ```ts
 * import { startMock } from '@chat/server/mock';
 *
 * // The global setup of Vitest; the tests call connectMock(process.env.MOCK_URL).
 * export default async function setup() {
 *   const mock = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
 *   process.env.MOCK_URL = mock.url;
 *   return () => mock.stop();
 * }
 * ```
 */
export async function startMock(options: StartMockOptions = {}): Promise<StartedMock> {
  assertOptions(optionsSchema, options);
  const { limits = {}, port = 0, realTime = false, timeoutMs = 30_000 } = options;
  const child = spawn(
    process.execPath,
    [
      programPath(),
      'mock',
      '--control',
      '--json',
      '--until-stdin-ends',
      `--port=${port}`,
      ...(realTime ? ['--real-time'] : []),
      ...(options.users ?? []).map(({ username, password }) => `--user=${username}:${password}`),
      ...Object.entries(limits).map(
        ([name, value]) => `--${limitFlags[name as keyof typeof limitFlags]}=${value}`,
      ),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const exited = once(child, 'exit');
  exited.catch(() => {});
  const url = await readUrl(child, timeoutMs).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  // The mock must not keep a test runner alive that has finished.
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref();
  // Not copied: `requests` is a getter.
  return Object.assign(connectMock(url), {
    async stop() {
      child.ref();
      child.stdin.end();
      await exited;
    },
  });
}

/** The program of this package, from its sources, its build and an installed copy. */
function programPath(): string {
  const manifest = createRequire(import.meta.url).resolve('@chat/server/package.json');
  return join(dirname(manifest), 'dist', 'cli.cjs');
}

async function readUrl(child: ChildProcess, timeoutMs: number): Promise<string> {
  const { stderr, stdout } = child;
  if (stdout === null || stderr === null) throw new MockControlError('The mock has no output.');
  let problem = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    problem += text;
    // Warnings of the mock, such as the error of a reply rule.
    if (started) process.stderr.write(text);
  });
  let started = false;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<string>((resolve, reject) => {
      createInterface(stdout).once('line', (line) => {
        resolve((JSON.parse(line) as { url: string }).url);
      });
      child.once('error', (cause) => {
        reject(new MockControlError('The mock cannot be started.', undefined, { cause }));
      });
      child.once('close', () => {
        reject(new MockControlError(`The mock did not start: ${problem.trim()}`));
      });
      timer = setTimeout(() => {
        reject(new MockControlError(`The mock did not start within ${timeoutMs} ms.`));
      }, timeoutMs);
    });
  } finally {
    started = true;
    clearTimeout(timer);
  }
}
