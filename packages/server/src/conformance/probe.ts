import { basePath, headers, type RouteName, routes, socketPath } from '@chat/contract';
import type { Credentials, DialOptions, Harness } from './harness.js';
import type { MessageBudget } from './message-budget.js';
import { ProbeSocket } from './probe-socket.js';
import { type Evidence, Violation } from './violation.js';

export interface CallInput {
  readonly token?: string | undefined;
  readonly query?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly rawBody?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; `undefined` when it is no JSON. */
  readonly json: Record<string, unknown> | undefined;
}

export interface WireMessage {
  readonly role: string;
  readonly content: string;
  readonly timestamp: string;
  readonly id?: string;
  readonly sessionId?: string;
  readonly status?: string;
  readonly replyTo?: string;
}

/** How long a backend without a greeting gets to take a socket in, in ms of real time. */
const settleMs = 100;

/** What the checks of one run share. */
export interface Shared {
  readonly tokens: TokenShelf;
  readonly budget: MessageBudget;
  /** Whether the backend sends a greeting when a socket was let in. */
  readonly greets: boolean;
}

/** What one check holds in its hands. Remembers the last exchange, for the report. */
export class Probe {
  readonly harness: Harness;
  readonly #shared: Shared;
  readonly #sockets: ProbeSocket[] = [];
  #evidence: Evidence | undefined;

  constructor(harness: Harness, shared: Shared) {
    this.harness = harness;
    this.#shared = shared;
  }

  get evidence(): Evidence | undefined {
    return this.#evidence;
  }

  /** One call as it is: no retry, no judgement. */
  async raw(method: string, path: string, input: CallInput = {}): Promise<Answer> {
    const body =
      input.rawBody ?? (input.body === undefined ? undefined : JSON.stringify(input.body));
    if (path.endsWith(routes.sendMessage.path)) this.#shared.budget.spend();
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
        signal: AbortSignal.timeout(this.harness.patienceMs),
      },
    );
    const text = await response.text();
    this.#evidence = {
      sent: `${method} ${path}${input.query ?? ''}${describeBody(path, body)}`,
      came: `${response.status} ${path.endsWith('/login') && response.ok ? '(a token)' : shorten(text)}`,
    };
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  }

  /** A call to a route of the table; waits when an allowance is spent, as a polite client does. */
  async call(route: RouteName, input: CallInput = {}): Promise<Answer> {
    const { method, path } = routes[route];
    for (let waits = 0; ; waits += 1) {
      const answer = await this.raw(method, `${basePath}${path}`, input);
      if (answer.status !== 429 || waits === 5) return answer;
      await this.harness.wait(this.#waitOf(answer));
    }
  }

  /** What a 429 asks for, in ms; a backend that does not say it gets a whole window. */
  #waitOf(answer: Answer): number {
    const seconds = Number.parseFloat(answer.headers.get(headers.retryAfter) ?? '');
    return seconds > 0 ? seconds * 1000 : this.harness.limits.windowMs;
  }

  /** A new token of its own, for a check that will spoil it. */
  async login(credentials: Credentials = this.harness.user): Promise<string> {
    const answer = await this.call('login', { body: credentials });
    const token = answer.json?.access_token;
    this.expect(typeof token === 'string', 'the right name and password must give an access_token');
    return token as string;
  }

  /** A good token of the harness's user, shared by the checks: logins are rationed. */
  token(): Promise<string> {
    return this.#shared.tokens.take(() => this.login());
  }

  async send(message: string, input: CallInput = {}): Promise<Answer> {
    const token = input.token ?? (await this.token());
    const answer = await this.call('sendMessage', { ...input, token, body: { message } });
    this.expectStatus(answer, 200);
    return answer;
  }

  async history(query = '', token?: string): Promise<{ messages: WireMessage[]; total: number }> {
    const answer = await this.call('history', { token: token ?? (await this.token()), query });
    this.expectStatus(answer, 200);
    return { messages: messagesOf(answer), total: totalOf(answer) };
  }

  /** Dials and waits until the backend took the socket in or refused it. */
  async socket(
    options: { token?: string | undefined; query?: string } & DialOptions = {},
  ): Promise<ProbeSocket> {
    const token = 'token' in options ? options.token : await this.token();
    const query = [
      token === undefined ? '' : `token=${encodeURIComponent(token)}`,
      options.query ?? '',
    ]
      .filter((part) => part !== '')
      .join('&');
    const url = `${this.harness.baseUrl.replace(/^http/, 'ws')}${socketPath}`;
    this.#evidence = { sent: `WebSocket ${socketPath}?token=…`, came: '(see the problem)' };
    const socket = new ProbeSocket(
      this.harness.dial(query === '' ? url : `${url}?${query}`, options),
      this.harness.patienceMs,
      () => this.#shared.budget.spend(),
    );
    this.#sockets.push(socket);
    await socket.open();
    // Open on this side is not yet known on the other: only then does the socket see what is sent elsewhere.
    if (this.#shared.greets && !options.deaf)
      await socket.until(() => socket.heard, 'the greeting or a refusal');
    else await new Promise((resolve) => setTimeout(resolve, settleMs));
    return socket;
  }

  wait(ms: number): Promise<void> {
    return this.harness.wait(ms);
  }

  expect(condition: boolean, otherwise: string): void {
    if (!condition) throw new Violation(otherwise, this.#evidence);
  }

  expectStatus(answer: Answer, status: number): void {
    this.expect(answer.status === status, `expected status ${status}, got ${answer.status}`);
  }

  /** A refusal with this status, in the form every error has. */
  expectRefusal(answer: Answer, status: number): void {
    this.expectStatus(answer, status);
    const detail = answer.json?.detail;
    this.expect(typeof detail === 'string' && detail !== '', 'an error needs a "detail" sentence');
  }

  expectEqual(found: unknown, wanted: unknown, what: string): void {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    this.expect(left === right, `${what}: expected ${shorten(right)}, got ${shorten(left)}`);
  }

  /** Closes what the check opened and waits for it, so that the next one finds all places free. */
  async tidy(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    await Promise.allSettled(this.#sockets.map((socket) => socket.closing()));
  }
}

/** Keeps one good token over many checks. */
export class TokenShelf {
  #token: string | undefined;

  async take(login: () => Promise<string>): Promise<string> {
    this.#token ??= await login();
    return this.#token;
  }

  /** After a check that may have ended it: expiry, a new clock, a logout. */
  clear(): void {
    this.#token = undefined;
  }
}

export function messagesOf(answer: Answer): WireMessage[] {
  const messages = answer.json?.messages;
  if (!Array.isArray(messages)) throw new Violation('the answer needs "messages", an array');
  return messages as WireMessage[];
}

function totalOf(answer: Answer): number {
  const pagination = answer.json?.pagination as { total?: unknown } | undefined;
  if (typeof pagination?.total !== 'number') {
    throw new Violation('the answer needs "pagination" with a number "total"');
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
  return ` ${shorten(typeof body === 'string' ? body : `${body.length} bytes`)}`;
}

function shorten(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length <= 300 ? text : `${text.slice(0, 300)}… (${text.length} characters)`;
}
