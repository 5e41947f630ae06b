import type { RawQuery, RouteName, ServerFrame } from '@chat/contract';
import { echoAssistant } from '../assistant/echo-assistant.js';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createTokenSigner } from '../auth/token-signer.js';
import type { ChatAnswer, ChatApi, ChatApiDependencies, ChatLimits } from '../chat/api.js';
import { createChatApi } from '../chat/create-chat-api.js';
import { createIdentifiers } from '../chat/identifiers.js';
import { defaultLimits } from '../chat/limits.js';
import { createManualClock, type ManualClock } from '../chat/manual-clock.js';
import type { FanOutEvent } from '../chat/ports.js';
import { createInProcessFanOut } from '../shared-state/in-process-fan-out.js';
import { createInProcessLeases } from '../shared-state/in-process-leases.js';
import { createInProcessLimiter } from '../shared-state/in-process-limiter.js';
import { createInProcessTurnQueue } from '../shared-state/in-process-turn-queue.js';
import { createMemoryStore } from '../store/memory-store.js';

export const testSecret = 'a secret of the tests, of 32 bytes and more';
export const noon = Date.UTC(2026, 0, 1, 12);

interface TestCall {
  readonly id?: string;
  readonly ip?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: RawQuery;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly text: string;
}

interface PublishedEvent {
  readonly userId: string;
  readonly event: FanOutEvent;
}

export interface TestUser {
  readonly token: string;
  call(route: RouteName, call?: TestCall): Promise<TestAnswer>;
  /** `POST /chat`. */
  send(message: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
}

/** An answer whose body a test may look into. */
interface TestAnswer extends Omit<ChatAnswer, 'json'> {
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
  readonly body: any;
}

export interface TestChat {
  readonly api: ChatApi;
  readonly clock: ManualClock;
  readonly dependencies: ChatApiDependencies;
  readonly logs: LogLine[];
  readonly events: PublishedEvent[];
  /** The frames published so far, parsed. */
  frames(): ServerFrame[];
  call(route: RouteName, call?: TestCall): Promise<TestAnswer>;
  /** A user who logged in, made when the name is new. Each login comes from an address of its own. */
  login(username?: string, password?: string): Promise<TestUser>;
}

export type TestChatOptions = Partial<Omit<ChatApiDependencies, 'limits' | 'clock'>> & {
  readonly limits?: Partial<ChatLimits>;
};

/** The domain with everything in memory and a clock that only the test moves. */
export function createTestChat(options: TestChatOptions = {}): TestChat {
  const clock = createManualClock(noon);
  const limits = { ...defaultLimits, ...options.limits };
  const logs: LogLine[] = [];
  const log = (level: LogLine['level']) => (fields: object, text: string) => {
    logs.push({ level, fields, text });
  };
  const logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
  };
  const dependencies: ChatApiDependencies = {
    store: createMemoryStore(),
    assistant: echoAssistant(),
    clock,
    identifiers: createIdentifiers(clock),
    passwords: cheapHasher,
    tokens: createTokenSigner(testSecret),
    limiter: createInProcessLimiter(clock),
    leases: createInProcessLeases(),
    turns: createInProcessTurnQueue(limits),
    fanOut: createInProcessFanOut(logger),
    logger,
    allowedOrigins: [],
    timeZone: 'UTC',
    ...options,
    limits,
  };
  const events: PublishedEvent[] = [];
  dependencies.fanOut.subscribe((userId, event) => events.push({ userId, event }));
  const api = createChatApi(dependencies);

  const call = async (route: RouteName, given: TestCall = {}): Promise<TestAnswer> => {
    const authorization =
      given.token === undefined ? {} : { authorization: `Bearer ${given.token}` };
    const headers: Record<string, string> = { ...authorization, ...given.headers };
    const { json, ...answer } = await api.handle(route, {
      id: given.id ?? 'call',
      ip: given.ip ?? '192.0.2.1',
      header: (name) => headers[name],
      query: given.query ?? {},
      body: given.body,
      ...(given.signal && { signal: given.signal }),
    });
    return { ...answer, body: JSON.parse(json) };
  };

  let logins = 0;
  const login = async (username = 'ada', password = 's3cret'): Promise<TestUser> => {
    logins += 1;
    const body = { username, password };
    await api.addUser(body);
    const answer = await call('login', { ip: `198.51.100.${logins}`, body });
    if (answer.status !== 200) throw new Error(`The login of ${username} was refused.`);
    const token: string = answer.body.access_token;
    return {
      token,
      call: (route, given) => call(route, { token, ...given }),
      send: (message, headers = {}) => call('sendMessage', { token, headers, body: { message } }),
    };
  };

  const frames = (): ServerFrame[] =>
    events.flatMap(({ event }) => (event.kind === 'frame' ? [JSON.parse(event.frame)] : []));

  return { api, clock, dependencies, logs, events, frames, call, login };
}

/** Lets everything that waits for nothing but promises come to rest. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
