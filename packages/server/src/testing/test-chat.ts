import type { RawQuery, RouteName, ServerFrame } from '@chat/contract';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createTokenSigner } from '../auth/token-signer.js';
import type { ChatApi, ChatApiDependencies, ChatLimits, ChatResponse } from '../domain/api.js';
import { createChatApi } from '../domain/create-chat-api.js';
import { wholeJson } from '../domain/http/json-parts.js';
import type { FanOutEvent } from '../domain/ports/index.js';
import { createManualClock, type ManualClock } from '../domain/runtime/manual-clock.js';
import { inMemoryDependencies } from '../in-memory.js';

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
  call(route: RouteName, call?: TestCall): Promise<TestResponse>;
  /** `POST /chat`. */
  send(message: string, headers?: Readonly<Record<string, string>>): Promise<TestResponse>;
}

/** A response with a parsed body. */
interface TestResponse extends Omit<ChatResponse, 'json'> {
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the route.
  readonly body: any;
  /** Of a streamed response. */
  readonly events?: AsyncIterable<string>;
}

export interface TestChat {
  readonly api: ChatApi;
  readonly clock: ManualClock;
  readonly dependencies: ChatApiDependencies;
  readonly logs: LogLine[];
  readonly events: PublishedEvent[];
  /** The frames published so far, parsed. */
  frames(): ServerFrame[];
  call(route: RouteName, call?: TestCall): Promise<TestResponse>;
  /** Logs a user in, and adds it when the name is new. Each login has a new address. */
  login(username?: string, password?: string): Promise<TestUser>;
}

export type TestChatOptions = Partial<Omit<ChatApiDependencies, 'limits' | 'clock'>> & {
  readonly limits?: Partial<ChatLimits>;
};

/** The domain with in-memory dependencies and a manual clock. */
export function createTestChat(options: TestChatOptions = {}): TestChat {
  const clock = createManualClock(noon);
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
  const dependencies = inMemoryDependencies({
    clock,
    logger,
    passwords: cheapHasher,
    tokens: createTokenSigner(testSecret),
    ...options,
  });
  const events: PublishedEvent[] = [];
  dependencies.fanOut.subscribe((userId, event) => events.push({ userId, event }));
  const api = createChatApi(dependencies);

  const call = async (route: RouteName, init: TestCall = {}): Promise<TestResponse> => {
    const authorization = init.token === undefined ? {} : { authorization: `Bearer ${init.token}` };
    const headers: Record<string, string> = { ...authorization, ...init.headers };
    const response = await api.handle(route, {
      id: init.id ?? 'call',
      ip: init.ip ?? '192.0.2.1',
      header: (name) => headers[name],
      query: init.query ?? {},
      body: init.body,
      ...(init.signal && { signal: init.signal }),
    });
    if ('events' in response) return { ...response, body: undefined };
    const { json, ...head } = response;
    return { ...head, body: JSON.parse(await wholeJson(json)) };
  };

  let logins = 0;
  const login = async (username = 'ada', password = 's3cret'): Promise<TestUser> => {
    logins += 1;
    const body = { username, password };
    await api.addUser(body);
    const response = await call('login', { ip: `198.51.100.${logins}`, body });
    if (response.status !== 200) throw new Error(`The login of ${username} was refused.`);
    const token: string = response.body.access_token;
    return {
      token,
      call: (route, init) => call(route, { token, ...init }),
      send: (message, headers = {}) => call('sendMessage', { token, headers, body: { message } }),
    };
  };

  const frames = (): ServerFrame[] =>
    events.flatMap(({ event }) => (event.kind === 'frame' ? [JSON.parse(event.frame)] : []));

  return { api, clock, dependencies, logs, events, frames, call, login };
}

/** Resolves when all pending promises have settled. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
