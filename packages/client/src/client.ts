/// <reference lib="esnext.disposable" />
import { ClientClosedError } from './errors/call-errors.js';
import { sendWithKy } from './http/send-with-ky.js';
import type { ChatClientOptions } from './options/client-options.js';
import { type ClientParts, RestClient } from './rest-client.js';
import { ChatSocket } from './socket/chat-socket.js';
import { type SocketDependencies, socketDependencies } from './socket/dependencies.js';
import type { ConnectOptions } from './socket/options.js';

/**
 * A client for one user of a chat backend. All its calls and sockets share one token and one rate limit.
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
export class ChatClient extends RestClient {
  readonly #parts: ClientParts;
  readonly #dependencies: SocketDependencies;

  /** @throws InvalidOptionError naming the first invalid option */
  constructor(options: ChatClientOptions) {
    let parts!: ClientParts;
    super(options, sendWithKy, (created) => {
      parts = created;
    });
    this.#parts = parts;
    this.#dependencies = socketDependencies(parts);
  }

  /**
   * Opens a socket. It connects, authenticates and reconnects automatically until it is closed.
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
    if (this.#parts.operations.closed) throw new ClientClosedError();
    const { sockets } = this.#parts;
    const socket = new ChatSocket(this.#dependencies, options);
    sockets.add(socket);
    socket.on('state', ({ state }) => {
      if (state === 'closed') sockets.delete(socket);
    });
    if (socket.state === 'closed') sockets.delete(socket);
    return socket;
  }
}
