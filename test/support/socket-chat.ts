import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import type {
  ChatApi,
  ChatApiDependencies,
  ChatLimits,
  ChatResponse,
  SocketRequest,
} from '../../packages/server/src/domain/api.js';
import { createChatApi } from '../../packages/server/src/domain/create-chat-api.js';
import { wholeJson } from '../../packages/server/src/domain/http/json-parts.js';
import type { TokenClaims, TokenSigner } from '../../packages/server/src/domain/ports/index.js';
import {
  createManualClock,
  type ManualClock,
} from '../../packages/server/src/domain/runtime/manual-clock.js';
import { inMemoryDependencies } from '../../packages/server/src/in-memory.js';
import { FakePeer } from './fake-peer.js';

/** A signer without cryptography, which would use threads. Other tests cover real signatures. */
const plainTokens: TokenSigner = {
  sign: async (claims) => `plain.${toHex(JSON.stringify(claims))}.token`,
  verify: async (token) => {
    try {
      return JSON.parse(fromHex(token.split('.')[1] ?? '')) as TokenClaims;
    } catch {
      return undefined;
    }
  },
};

const toHex = (text: string) => Buffer.from(text).toString('hex');
const fromHex = (hex: string) => Buffer.from(hex, 'hex').toString();

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly text: string;
}

export interface SocketChat {
  readonly api: ChatApi;
  readonly clock: ManualClock;
  readonly parts: ChatApiDependencies;
  readonly log: LogEntry[];
  /** Logs the user in, and adds the user first if needed. */
  login(username: string): Promise<string>;
  logout(token: string): Promise<ChatResponse>;
  /** `POST /chat` with this message. */
  post(token: string, message: string, key?: string): Promise<ChatResponse>;
  history(token: string): Promise<{ content: string; status?: string; role: string; id: string }[]>;
  /** Opens a socket and waits until the server has accepted or rejected it. */
  connect(request?: Partial<SocketRequest>, peer?: FakePeer): Promise<FakePeer>;
  /** Opens a socket without waiting. */
  openSocket(request?: Partial<SocketRequest>, peer?: FakePeer): FakePeer;
  /** Advances the clock and runs all pending tasks. */
  advance(ms: number): Promise<void>;
}

/** Runs all tasks that need no timer. */
export async function flushTasks(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The whole domain with in-memory parts, a manual clock and sockets without a network. */
export function createSocketChat(
  overrides: Partial<Omit<ChatApiDependencies, 'limits'>> & { limits?: Partial<ChatLimits> } = {},
): SocketChat {
  const clock = createManualClock();
  const log: LogEntry[] = [];
  const write = (level: LogEntry['level']) => (fields: object, text: string) => {
    log.push({ level, fields, text });
  };
  const logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };
  const parts = inMemoryDependencies({
    clock,
    logger,
    passwords: cheapHasher,
    tokens: plainTokens,
    ...overrides,
    limits: { loginsPerWindow: Number.POSITIVE_INFINITY, ...overrides.limits },
  });
  const api = createChatApi(parts);

  const call = async (
    route: Parameters<ChatApi['handle']>[0],
    body: unknown,
    headers: Record<string, string | undefined> = {},
    query: Record<string, string> = {},
  ) => {
    const header = (name: string) => headers[name];
    const response = await api.handle(route, { id: 'call', ip: '127.0.0.1', header, query, body });
    if ('json' in response) return response;
    throw new Error('The response is streamed.');
  };
  const authorization = (token: string) => ({ authorization: `Bearer ${token}` });

  const chat: SocketChat = {
    api,
    clock,
    parts,
    log,
    async login(username) {
      await api.addUser({ username, password: 'secret' });
      const response = await call('login', { username, password: 'secret' });
      return (JSON.parse(await wholeJson(response.json)) as { access_token: string }).access_token;
    },
    logout: (token) => call('logout', undefined, authorization(token)),
    post: (token, message, key) =>
      call('sendMessage', { message }, { ...authorization(token), 'idempotency-key': key }),
    async history(token) {
      const query = { order: 'asc', pageSize: '100' };
      const response = await call('history', undefined, authorization(token), query);
      return (JSON.parse(await wholeJson(response.json)) as { messages: never[] }).messages;
    },
    openSocket(request, peer = new FakePeer()) {
      const defaults = { token: undefined, origin: undefined, host: 'chat.test', stream: false };
      peer.session = api.open(peer, { ...defaults, ...request });
      return peer;
    },
    async connect(request, peer) {
      const connected = chat.openSocket(request, peer);
      await flushTasks();
      return connected;
    },
    async advance(ms) {
      clock.advance(ms);
      await flushTasks();
    },
  };
  return chat;
}
