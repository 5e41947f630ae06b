/// <reference lib="esnext.disposable" />
import { basePath } from '@chat/contract';
import { TokenKeeper } from './auth/token-keeper.js';
import { applicationProvider, loginProvider } from './auth/token-provider.js';
import { Chat } from './chat.js';
import { socketDependencies } from './connect.js';
import { demandOptions, demandSignal } from './demand.js';
import { ClientClosedError } from './errors/client-closed-error.js';
import { isChatError } from './errors/is-chat-error.js';
import { AnnouncedExtensions } from './http/announced.js';
import { demandCallOptions } from './http/call-options.js';
import { tellHook } from './http/hooks.js';
import { HttpClient } from './http/http-client.js';
import { LiveScopes } from './http/live-scopes.js';
import { RateGate } from './http/rate-gate.js';
import type { ChatClientOptions } from './options.js';
import { Secrets } from './redact.js';
import { resolveOptions } from './resolve-options.js';
import { ChatSocket } from './socket/chat-socket.js';
import type { SocketDependencies } from './socket/dependencies.js';
import type { ConnectOptions } from './socket/options.js';
import { Stats } from './stats.js';
import type { CallOptions } from './types/call-options.js';

/**
 * A user's way to a chat backend: one token, one allowance, any number of calls and sockets.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const { response } = await client.chat.send('Hello');
 * await client.logout();
 * ```
 */
export class ChatClient {
  /** Messages, sessions and ratings. */
  readonly chat: Chat;
  /** Figures over the caller's own chats and messages. */
  readonly stats: Stats;
  readonly #http: HttpClient;
  readonly #tokens: TokenKeeper;
  readonly #live = new LiveScopes();
  readonly #sockets = new Set<ChatSocket>();
  readonly #socketDependencies: SocketDependencies;

  /** @throws InvalidOptionError naming the first option that is wrong */
  constructor(options: ChatClientOptions) {
    const settings = resolveOptions(options);
    const { rootUrl, timeoutMs, now } = settings;
    const apiUrl = rootUrl + basePath;
    const secrets = new Secrets();
    const announced = new AnnouncedExtensions();
    const shared = { ...settings, apiUrl, secrets, announced, live: this.#live };
    this.#http = new HttpClient({
      ...shared,
      gate: new RateGate(now),
      tokens: () => this.#tokens,
    });
    this.#tokens = new TokenKeeper({
      ...shared,
      store: options.tokenStore,
      initialToken: options.token,
      provider: options.getToken
        ? applicationProvider(options.getToken, timeoutMs)
        : options.credentials && loginProvider(options.credentials, this.#http, timeoutMs, secrets),
      onRefreshed: (state) => void tellHook(settings, 'onTokenRefreshed', () => state),
    });
    this.#socketDependencies = socketDependencies({
      ...shared,
      http: this.#http,
      tokens: this.#tokens,
    });
    this.chat = new Chat(this.#http, announced, apiUrl);
    this.stats = new Stats(this.#http);
  }

  /**
   * Sees to it that there is a token. Optional: the first call that needs one logs in by itself.
   *
   * @throws AuthenticationError when the credentials are wrong
   * @example
   * ```ts
   * await client.login({ signal: AbortSignal.timeout(5_000) });
   * ```
   */
  async login(options: Pick<CallOptions, 'signal'> = {}): Promise<void> {
    demandOptions('', { signal: 0 }, options);
    demandSignal(options.signal);
    await this.#live.around('login', options.signal, (scope) =>
      scope.run(() => this.#tokens.token()),
    );
  }

  /**
   * Opens a socket: it dials, authenticates and comes back by itself until it is closed.
   *
   * @throws ClientClosedError after `close()`
   * @example
   * ```ts
   * const socket = client.connect({ stream: true });
   * socket.on('delta', ({ content }) => process.stdout.write(content));
   * await socket.ask('Tell me a story.');
   * ```
   */
  connect(options: ConnectOptions = {}): ChatSocket {
    if (this.#live.closed) throw new ClientClosedError();
    const socket = new ChatSocket(this.#socketDependencies, options);
    this.#sockets.add(socket);
    socket.on('state', ({ state }) => {
      if (state === 'closed') this.#sockets.delete(socket);
    });
    if (socket.state === 'closed') this.#sockets.delete(socket);
    return socket;
  }

  /**
   * Closes this client's sockets for good, forgets the token and gives it back, which ends the
   * session. A token that arrives later is thrown away; a later call logs in anew.
   *
   * @throws ConnectionError when the backend could not be told; the token is forgotten all the same
   */
  async logout(options: CallOptions = {}): Promise<void> {
    if (this.#live.closed) throw new ClientClosedError();
    demandCallOptions('logout', options);
    this.#closeSockets();
    const token = await this.#tokens.retire();
    if (token === undefined) return;
    try {
      await this.#http.call('logout', { fixedToken: token }, options);
    } catch (error) {
      // Refused: it was over already.
      if (!isChatError(error, 'authentication_failed')) throw error;
    }
  }

  /** Ends every call and every socket at once, and leaves the token as it is. */
  async close(): Promise<void> {
    this.#live.close();
    this.#closeSockets();
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #closeSockets(): void {
    for (const socket of this.#sockets) socket.close();
  }
}
