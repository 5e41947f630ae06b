import {
  basePath,
  headers,
  type Message,
  type RouteName,
  routes,
  socketPath,
} from '@chat/contract';
import type { Credentials, Harness, SocketOptions } from './harness.js';
import type { MessageBudget } from './message-budget.js';
import { ProbeSocket } from './probe-socket.js';
import { tokenLifetimeMs } from './token.js';
import { type Evidence, Violation } from './violation.js';

export interface RequestInput {
  readonly token?: string | undefined;
  readonly query?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged instead of `body`. */
  readonly rawBody?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProbeResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when it is not a JSON object. */
  readonly json: Record<string, unknown> | undefined;
}

export interface WireMessage extends Readonly<Omit<Message, 'role' | 'status'>> {
  readonly role: string;
  readonly status?: string;
}

/** How long a backend without a greeting may take to accept a socket, in ms of real time. */
const noGreetingWaitMs = 100;

/** State that the checks of one run share. */
export interface RunState {
  readonly tokens: TokenCache;
  readonly budget: MessageBudget;
  /** Whether the backend sends a greeting after it accepted a socket. */
  readonly greets: boolean;
}

/** The client that one check uses. Records the last request and response as evidence for the report. */
export class Probe {
  readonly harness: Harness;
  readonly #shared: RunState;
  readonly #sockets: ProbeSocket[] = [];
  #evidence: Evidence | undefined;

  constructor(harness: Harness, shared: RunState) {
    this.harness = harness;
    this.#shared = shared;
  }

  get evidence(): Evidence | undefined {
    return this.#evidence;
  }

  /** Sends one request. Does not retry and does not check the response. */
  async request(method: string, path: string, input: RequestInput = {}): Promise<ProbeResponse> {
    const body =
      input.rawBody ?? (input.body === undefined ? undefined : JSON.stringify(input.body));
    const isMessage = [routes.sendMessage, routes.regenerate].some((route) =>
      path.endsWith(route.path),
    );
    if (isMessage) this.#shared.budget.spend();
    const response = await this.harness.fetch(
      `${this.harness.baseUrl}${path}${input.query ?? ''}`,
      {
        method,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(input.token === undefined ? {} : { authorization: `Bearer ${input.token}` }),
          ...input.headers,
        },
        ...(body === undefined ? {} : { body: body as BodyInit }),
        signal: AbortSignal.timeout(this.harness.timeoutMs),
      },
    );
    const text = await response.text();
    this.#evidence = {
      sent: `${method} ${path}${input.query ?? ''}${describeBody(path, body)}`,
      received: `${response.status} ${path.endsWith('/login') && response.ok ? '(a token)' : truncate(text)}`,
    };
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** Calls a route of the contract. Waits and repeats the request after a 429. */
  async call(route: RouteName, input: RequestInput = {}): Promise<ProbeResponse> {
    const { method, path } = routes[route];
    for (let waits = 0; ; waits += 1) {
      const response = await this.request(method, `${basePath}${path}`, input);
      if (response.status !== 429 || waits === 5) return response;
      await this.harness.wait(this.#retryDelayMs(response));
    }
  }

  /** The `Retry-After` of a 429 in ms; one whole window when the header is missing, or longer than that. */
  #retryDelayMs(response: ProbeResponse): number {
    const seconds = Number.parseFloat(response.headers.get(headers.retryAfter) ?? '');
    const { windowMs } = this.harness.limits;
    return seconds > 0 ? Math.min(seconds * 1000, windowMs) : windowMs;
  }

  /** A new token, for a check that makes its token unusable. */
  async login(credentials: Credentials = this.harness.user): Promise<string> {
    const response = await this.call('login', { body: credentials });
    const token = response.json?.access_token;
    this.expect(
      typeof token === 'string',
      'a login with valid credentials must return an access_token',
    );
    return token as string;
  }

  /** A valid token of a user, shared by the checks because logins are rate limited. */
  token(credentials: Credentials = this.harness.user): Promise<string> {
    return this.#shared.tokens.get(credentials.username, () => this.login(credentials));
  }

  /** The tokens of both users. Only for checks that need a `second-user`. */
  async bothTokens(): Promise<[string, string]> {
    return [await this.token(), await this.token(this.harness.secondUser)];
  }

  async send(message: string, input: RequestInput = {}): Promise<ProbeResponse> {
    const token = input.token ?? (await this.token());
    const response = await this.call('sendMessage', { ...input, token, body: { message } });
    this.expectStatus(response, 200);
    return response;
  }

  async history(query = '', token?: string): Promise<{ messages: WireMessage[]; total: number }> {
    const response = await this.call('history', { token: token ?? (await this.token()), query });
    this.expectStatus(response, 200);
    return { messages: messagesOf(response), total: totalOf(response) };
  }

  /** Opens a socket and waits until the backend accepted or rejected it. */
  async connect(
    options: { token?: string | undefined; query?: string } & SocketOptions = {},
  ): Promise<ProbeSocket> {
    const token = 'token' in options ? options.token : await this.token();
    const query = [
      token === undefined ? '' : `token=${encodeURIComponent(token)}`,
      options.query ?? '',
    ]
      .filter((part) => part !== '')
      .join('&');
    const url = `${this.harness.baseUrl.replace(/^http/, 'ws')}${socketPath}`;
    this.#evidence = { sent: `WebSocket ${socketPath}?token=…`, received: '(see the problem)' };
    const socket = new ProbeSocket(
      this.harness.openSocket(query === '' ? url : `${url}?${query}`, options),
      this.harness.timeoutMs,
      () => this.#shared.budget.spend(),
    );
    this.#sockets.push(socket);
    await socket.open();
    // The socket may be open here before the backend has registered it; until then it would miss frames.
    if (this.#shared.greets && !options.neverReads)
      await socket.waitUntil(() => socket.isDecided, 'the greeting or a close');
    else await new Promise((resolve) => setTimeout(resolve, noGreetingWaitMs));
    return socket;
  }

  /** Opens as many sockets as a user may have. */
  async connectAll(options: Parameters<Probe['connect']>[0] = {}): Promise<ProbeSocket[]> {
    const sockets: ProbeSocket[] = [];
    while (sockets.length < this.harness.limits.socketsPerUser) {
      sockets.push(await this.connect(options));
    }
    return sockets;
  }

  wait(ms: number): Promise<void> {
    return this.harness.wait(ms);
  }

  expect(condition: boolean, message: string): void {
    if (!condition) throw new Violation(message, this.#evidence);
  }

  expectStatus(response: ProbeResponse, status: number): void {
    this.expect(response.status === status, `expected status ${status}, got ${response.status}`);
  }

  /** Expects an error response with this status and a valid body. */
  expectError(response: ProbeResponse, status: number): void {
    this.expectStatus(response, status);
    const detail = response.json?.detail;
    this.expect(typeof detail === 'string' && detail !== '', 'an error needs a "detail" sentence');
  }

  /** Calls a route with the token of the user, and expects an error response. */
  async expectRejected(route: RouteName, status: number, input: RequestInput): Promise<void> {
    this.expectError(await this.call(route, { token: await this.token(), ...input }), status);
  }

  expectEqual(actual: unknown, expected: unknown, description: string): void {
    const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
    this.expect(
      left === right,
      `${description}: expected ${truncate(right)}, got ${truncate(left)}`,
    );
  }

  /** Closes the check's sockets and waits for it, so that the next check can open as many as a user may have. */
  async closeSockets(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.allSettled(this.#sockets.map((socket) => socket.waitForClose()));
  }
}

/** Reuses one valid token of each user for many checks. */
export class TokenCache {
  readonly #tokens = new Map<string, { token: string; renewAt: number }>();

  async get(username: string, login: () => Promise<string>): Promise<string> {
    const cached = this.#tokens.get(username);
    if (cached !== undefined && Date.now() < cached.renewAt) return cached.token;
    const token = await login();
    // A backend with short-lived tokens: most of the lifetime must remain for the check.
    const renewAt = Date.now() + (tokenLifetimeMs(token) ?? Number.POSITIVE_INFINITY) / 4;
    this.#tokens.set(username, { token, renewAt });
    return token;
  }

  /** Call this after a check that may have invalidated a token: by expiry, a changed clock, a logout. */
  clear(): void {
    this.#tokens.clear();
  }
}

export function messagesOf(response: ProbeResponse): WireMessage[] {
  const messages = response.json?.messages;
  if (!Array.isArray(messages)) throw new Violation('the response needs "messages", an array');
  return messages as WireMessage[];
}

function totalOf(response: ProbeResponse): number {
  const pagination = response.json?.pagination as { total?: unknown } | undefined;
  if (typeof pagination?.total !== 'number') {
    throw new Violation('the response needs "pagination" with a number "total"');
  }
  return pagination.total;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function describeBody(path: string, body: string | Uint8Array | undefined): string {
  if (body === undefined) return '';
  if (path.endsWith('/login')) return ' (a login)';
  return ` ${truncate(typeof body === 'string' ? body : `${body.length} bytes`)}`;
}

function truncate(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}
