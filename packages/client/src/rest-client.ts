/// <reference lib="esnext.disposable" />
import { basePath } from '@chat/contract';
import { TokenManager } from './auth/token-manager.js';
import { callbackProvider, loginProvider, type TokenProvider } from './auth/token-provider.js';
import { Chat } from './chat.js';
import { ClientClosedError } from './errors/call-errors.js';
import type { ChatError } from './errors/chat-error.js';
import { isChatError } from './errors/is-chat-error.js';
import { fetchWithinOrigin } from './http/fetch-within-origin.js';
import { HttpClient } from './http/http-client.js';
import { RateLimitGate } from './http/rate-limit-gate.js';
import { runHook } from './http/run-hook.js';
import { ServerCapabilities } from './http/server-capabilities.js';
import type { HttpDependencies } from './http/types.js';
import { ActiveOperations } from './lib/cancellation-scope.js';
import { Emitter } from './lib/event-emitter.js';
import { Secrets } from './lib/redaction.js';
import type { ChatClientOptions } from './options/client-options.js';
import { resolveOptions } from './options/resolve-options.js';
import {
  assertCallOptions,
  assertKnownOptions,
  assertOption,
  assertSignal,
} from './options/validate.js';
import type { SocketContext } from './socket/dependencies.js';
import { Stats } from './stats.js';
import type {
  AuthChange,
  ChatUser,
  LoginOptions,
  LoginResponse,
  LogoutResponse,
} from './types/auth.js';
import type { CallOptions } from './types/call-options.js';

const loginOptions = { username: 0, password: 0, remember: 'a boolean', signal: 0 };

/** What can be closed when the user signs out: a socket. */
interface Closable {
  close(): void;
  closeWith(error: ChatError): void;
}

/** The parts of a client from which sockets are created. */
export interface ClientParts extends SocketContext {
  readonly operations: ActiveOperations;
  /** Closed with the client, and when its user signs out. */
  readonly sockets: Set<Closable>;
}

/**
 * A client for one user of a chat backend, without sockets. All its calls share one token and one rate limit.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client/rest';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const { response } = await client.chat.send('Hello');
 * await client.logout();
 * ```
 */
export class RestClient {
  /** Messages, sessions and ratings. */
  readonly chat: Chat;
  /** Statistics about the user's chats and messages. */
  readonly stats: Stats;
  readonly #http: HttpClient;
  readonly #tokens: TokenManager;
  readonly #operations = new ActiveOperations();
  readonly #sockets = new Set<Closable>();
  readonly #auth: Emitter<{ change: AuthChange }>;
  readonly #createLogin: (
    credentials: NonNullable<ChatClientOptions['credentials']>,
  ) => TokenProvider;
  /** Tokens that a logout could not revoke; in memory only. */
  readonly #unrevoked = new Set<string>();

  /** @throws InvalidOptionError naming the first invalid option */
  constructor(options: ChatClientOptions);
  /** @internal `onCreated` receives the parts from which the subclass creates sockets. */
  constructor(
    options: ChatClientOptions,
    sendRequest?: HttpDependencies['sendRequest'],
    onCreated?: (parts: ClientParts) => void,
  );
  constructor(
    options: ChatClientOptions,
    sendRequest: HttpDependencies['sendRequest'] = fetchWithinOrigin,
    onCreated?: (parts: ClientParts) => void,
  ) {
    const settings = resolveOptions(options);
    const { rootUrl, timeoutMs, now, credentials, getToken } = settings;
    const apiUrl = rootUrl + basePath;
    const secrets = new Secrets();
    const capabilities = new ServerCapabilities();
    const gate = new RateLimitGate(now);
    const shared = {
      ...settings,
      apiUrl,
      secrets,
      capabilities,
      gate,
      operations: this.#operations,
      sendRequest,
    };
    const loginHttp = new HttpClient(shared);
    this.#createLogin = (credentials) => loginProvider(credentials, loginHttp, timeoutMs, secrets);
    this.#auth = new Emitter(settings.logger, ['change']);
    this.#tokens = new TokenManager({
      ...shared,
      provider: getToken
        ? callbackProvider(getToken, timeoutMs, secrets)
        : credentials && this.#createLogin(credentials),
      username: typeof credentials === 'object' ? credentials.username : undefined,
      onRefreshed: (context) => void runHook(settings, 'onTokenRefreshed', () => context),
      onAuthChange: (change) => this.#auth.emit('change', change),
      closeSockets: (error) => this.#closeSockets(error),
      revoke: (token) =>
        void loginHttp.call('logout', { fixedToken: token }).catch(() => undefined),
    });
    this.#http = new HttpClient({ ...shared, authorize: () => this.#tokens.authorize() });
    this.chat = new Chat(this.#http, capabilities, apiUrl);
    this.stats = new Stats(this.#http);
    onCreated?.({ ...shared, http: this.#http, tokens: this.#tokens, sockets: this.#sockets });
  }

  /** The user who is logged in, if there is one and the client knows the name. After a reload, the user of the stored token. */
  get user(): ChatUser | undefined {
    return this.#tokens.user;
  }

  /**
   * Logs in. With a username and a password (of a login form) it always asks the backend, and fails at once when it is
   * rate limited. Without them it ensures that there is a token from what the client was created with; that is
   * optional, because the first call that needs a token does it.
   *
   * @throws {@link AuthenticationError} the username or the password is wrong
   * @throws {@link RateLimitError} too many logins; `retryAfterMs` is the time until the next one
   * @throws {@link ConnectionError} the backend is unreachable, also after `retry.limit` more attempts
   * @throws {@link TokenUnavailableError} there is no username and password, and the client was created without a source
   * of tokens
   * @example
   * ```ts
   * const { access_token, token_type } = await client.login({ username: 'ada', password: 's3cret' });
   * ```
   */
  async login(options: LoginOptions = {}): Promise<LoginResponse> {
    const { username, password, remember = true, signal } = options;
    assertKnownOptions('', loginOptions, options);
    assertSignal(signal);
    const isExplicit = username !== undefined || password !== undefined;
    for (const [name, value] of Object.entries({ username, password })) {
      assertOption(!isExplicit || typeof value === 'string', name, 'a string');
    }
    const access_token = await this.#operations.run('login', signal, (scope) => {
      if (username === undefined || password === undefined) return this.#tokens.logIn(scope);
      const provider = this.#createLogin({ username, password });
      return this.#tokens.signIn(scope, username, provider, remember);
    });
    return { access_token, token_type: 'bearer' };
  }

  /**
   * Calls `listener` when a user logs in or out, in this or another tab, and when the token is refreshed or cannot be
   * refreshed. An error that a listener throws is logged.
   *
   * @returns a function that removes the listener
   * @example
   * ```ts
   * const stop = client.onAuthChange(({ user, reason }) => console.log(reason, user?.username));
   * stop();
   * ```
   */
  onAuthChange(listener: (change: AuthChange) => void): () => void {
    return this.#auth.on('change', listener);
  }

  /**
   * Closes this client's sockets, forgets the token and the credentials of `login({ … })`, and revokes the token on the
   * backend, which ends the chat session. Other tabs that share the token store are logged out too. A call that is
   * in progress does not log in again; a later call does, if the client was created with credentials.
   *
   * @throws {@link ConnectionError} the backend is unreachable: the client has forgotten the token anyway, and another
   * `logout()` tries again to revoke it
   * @throws {@link ClientClosedError} after `close()`
   * @example
   * ```ts
   * const { message } = await client.logout();
   * ```
   */
  async logout(options: CallOptions = {}): Promise<LogoutResponse> {
    if (this.#operations.closed) throw new ClientClosedError();
    assertCallOptions('logout', options);
    this.#closeSockets();
    const token = await this.#tokens.takeForLogout();
    if (token !== undefined) this.#unrevoked.add(token);
    let response: LogoutResponse = { message: 'Successfully logged out' };
    for (const fixedToken of this.#unrevoked) {
      try {
        response = await this.#http.call('logout', { fixedToken }, options);
      } catch (error) {
        // The token was already invalid.
        if (!isChatError(error, 'authentication_failed')) throw error;
      }
      this.#unrevoked.delete(fixedToken);
    }
    return response;
  }

  /** Cancels all calls and closes all sockets at once. The token stays valid. */
  async close(): Promise<void> {
    this.#operations.close();
    this.#tokens.close();
    this.#closeSockets();
  }

  /** Same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #closeSockets(error?: ChatError): void {
    for (const socket of this.#sockets) error ? socket.closeWith(error) : socket.close();
  }
}
