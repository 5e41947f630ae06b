import { echoAssistant } from '../../packages/server/src/assistant/echo-assistant.js';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import type {
  ChatAnswer,
  ChatApi,
  ChatApiDependencies,
  ChatLimits,
  SocketRequest,
} from '../../packages/server/src/chat/api.js';
import { createChatApi } from '../../packages/server/src/chat/create-chat-api.js';
import { createIdentifiers } from '../../packages/server/src/chat/identifiers.js';
import { defaultLimits } from '../../packages/server/src/chat/limits.js';
import {
  createManualClock,
  type ManualClock,
} from '../../packages/server/src/chat/manual-clock.js';
import type { TokenClaims, TokenSigner } from '../../packages/server/src/chat/ports.js';
import { createInProcessFanOut } from '../../packages/server/src/shared-state/in-process-fan-out.js';
import { createInProcessLeases } from '../../packages/server/src/shared-state/in-process-leases.js';
import { createInProcessLimiter } from '../../packages/server/src/shared-state/in-process-limiter.js';
import { createInProcessTurnQueue } from '../../packages/server/src/shared-state/in-process-turn-queue.js';
import { createMemoryStore } from '../../packages/server/src/store/memory-store.js';
import { FakePeer } from './fake-peer.js';

/** Signs nothing: what a token is worth is the business of other tests, and these need no threads. */
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
  /** A token of this user, who is added when new. */
  login(username: string): Promise<string>;
  logout(token: string): Promise<ChatAnswer>;
  /** `POST /chat` with this message. */
  post(token: string, message: string, key?: string): Promise<ChatAnswer>;
  history(token: string): Promise<{ content: string; status?: string; role: string; id: string }[]>;
  /** Opens a socket and waits until the server has decided about it. */
  connect(request?: Partial<SocketRequest>, peer?: FakePeer): Promise<FakePeer>;
  /** Opens a socket and returns at once. */
  dial(request?: Partial<SocketRequest>, peer?: FakePeer): FakePeer;
  /** Moves the time and lets all that follows from it happen. */
  pass(ms: number): Promise<void>;
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The whole domain over real parts, with a clock that the test moves and sockets without a network. */
export function createSocketChat(
  given: Partial<Omit<ChatApiDependencies, 'limits'>> & { limits?: Partial<ChatLimits> } = {},
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
  const limits = { ...defaultLimits, loginsPerWindow: Number.POSITIVE_INFINITY, ...given.limits };
  const parts: ChatApiDependencies = {
    store: createMemoryStore(),
    assistant: echoAssistant(),
    clock,
    identifiers: createIdentifiers(clock),
    passwords: cheapHasher,
    tokens: plainTokens,
    limiter: createInProcessLimiter(clock),
    leases: createInProcessLeases(),
    turns: createInProcessTurnQueue(limits),
    fanOut: createInProcessFanOut(logger),
    logger,
    allowedOrigins: [],
    timeZone: 'UTC',
    ...given,
    limits,
  };
  const api = createChatApi(parts);

  const call = (
    route: Parameters<ChatApi['handle']>[0],
    body: unknown,
    headers: Record<string, string | undefined> = {},
    query: Record<string, string> = {},
  ) =>
    api.handle(route, {
      id: 'call',
      ip: '127.0.0.1',
      header: (name) => headers[name],
      query,
      body,
    });
  const authorization = (token: string) => ({ authorization: `Bearer ${token}` });

  const chat: SocketChat = {
    api,
    clock,
    parts,
    log,
    async login(username) {
      await api.addUser({ username, password: 'secret' });
      const answer = await call('login', { username, password: 'secret' });
      return (JSON.parse(answer.json) as { access_token: string }).access_token;
    },
    logout: (token) => call('logout', undefined, authorization(token)),
    post: (token, message, key) =>
      call('sendMessage', { message }, { ...authorization(token), 'idempotency-key': key }),
    async history(token) {
      const query = { order: 'asc', pageSize: '100' };
      const answer = await call('history', undefined, authorization(token), query);
      return (JSON.parse(answer.json) as { messages: never[] }).messages;
    },
    dial(request, peer = new FakePeer()) {
      const whole = { token: undefined, origin: undefined, host: 'chat.test', stream: false };
      peer.session = api.open(peer, { ...whole, ...request });
      return peer;
    },
    async connect(request, peer) {
      const dialled = chat.dial(request, peer);
      await settle();
      return dialled;
    },
    async pass(ms) {
      clock.advance(ms);
      await settle();
    },
  };
  return chat;
}
