import type { ChatClient } from '../client.js';
import { isChatError } from '../errors/is-chat-error.js';
import { MessageNotSentError, OutcomeUnknownError } from '../errors/socket-errors.js';
import { rejectedPromise } from '../lib/deferred.js';
import { randomId } from '../lib/random-id.js';
import { setLongTimeout } from '../lib/timers.js';
import type { OutboxMessage } from '../outbox/outbox.js';
import type { ChatSocket } from '../socket/chat-socket.js';
import type { SocketEvents, SocketMessage } from '../socket/events.js';
import type { SocketStateChange } from '../socket/state-change.js';
import type { AuthChange } from '../types/auth.js';
import type { ChatSession, Message } from '../types/models.js';
import {
  type ChatActions,
  type ChatConnection,
  type ChatStore,
  type ChatStoreOptions,
  type ChatView,
  initialView,
} from './chat-view.js';
import { HistoryReader } from './history-reader.js';
import { MessageList } from './message-list.js';
import { OptimisticMessages } from './optimistic-messages.js';
import { PersistentMessages } from './persistent-messages.js';
import { ReplyBuilder } from './reply-builder.js';
import { RestFallback, type SentOverRest } from './rest-fallback.js';

/** The close code; not imported from the socket, whose code the store does not contain. */
const TOO_MANY_CONNECTIONS = 4429;

type Listener<Name extends keyof SocketEvents> = (event: SocketEvents[Name]) => void;

/** In development, React's StrictMode runs each cleanup once and mounts the component again. */
const CLOSED =
  'The client is closed, and close() is final. In the cleanup of an effect call logout() instead, or create the client outside of components.';

/** How long a backend recognises a repeated message. */
const IDEMPOTENCY_WINDOW_MS = 24 * 3_600_000;
const TOO_OLD = 'it is older than 24 hours, so the backend would not recognise a repeat.';

/** Its public properties are functions without `this`, and all other properties are private: see `actionsOf`. */
class ConversationStore implements ChatStore {
  readonly #client: ChatClient;
  readonly #options: ChatStoreOptions;
  readonly #subscribers = new Set<() => void>();
  #view = initialView;
  #socket: ChatSocket | undefined;
  #messages = new MessageList();
  #optimistic = new OptimisticMessages();
  #reply = new ReplyBuilder();
  #history: HistoryReader | undefined;
  /** Defined while the user has too many sockets, until this one opens. */
  #rest: RestFallback | undefined;
  #rateLimitTimer: ReturnType<typeof setTimeout> | undefined;
  #stopAuthListener: (() => void) | undefined;
  #persistent: PersistentMessages | undefined;

  constructor(client: ChatClient, options: ChatStoreOptions) {
    this.#client = client;
    this.#options = options;
    const { outbox } = options;
    if (outbox === undefined) return;
    // Also while nothing shows the conversation.
    client.onAuthChange(({ reason }) => {
      if (reason === 'logout') outbox.clear().catch(() => undefined);
    });
  }

  readonly getSnapshot = (): ChatView => this.#view;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    const { state, error } = this.#view.connection;
    // A cleanup that logs out has closed the socket on purpose; under StrictMode the component subscribes again.
    if (this.#subscribers.size === 0 && state === 'closed' && error === undefined) this.#stop();
    this.#subscribers.add(subscriber);
    this.#stopAuthListener ??= this.#client.onAuthChange(this.#onAuthChange);
    if (this.#history === undefined) this.#start();
    return () => {
      this.#subscribers.delete(subscriber);
      // Later: under StrictMode, or when one component replaces another, the next subscriber comes at once.
      queueMicrotask(() => {
        if (this.#subscribers.size > 0) return;
        this.#stopAuthListener?.();
        this.#stopAuthListener = undefined;
        this.#stop();
      });
    };
  };

  readonly send = (content: string): Promise<SocketMessage> => {
    if (this.#socket === undefined) {
      const { error } = this.#view.connection;
      const why = isChatError(error)
        ? error.message
        : 'the conversation is not open: nothing shows it (no subscriber), or its user is logged out.';
      return rejectedPromise(new MessageNotSentError('closed', content, why, { cause: error }));
    }
    const key = randomId();
    this.#optimistic.add(key, content);
    this.#showMessages();
    return this.#transmit(key, content);
  };

  /** `isRepeat`: an earlier page has stored the message, and may have sent it. */
  #transmit(key: string, content: string, isRepeat = false): Promise<SocketMessage> {
    const optimistic = this.#optimistic;
    const persistent = this.#persistent;
    const settled = () => {
      if (optimistic === this.#optimistic) this.#showMessages();
    };
    const stored = (message: SocketMessage) => {
      persistent?.remove(key);
      optimistic.stored(key, message);
      settled();
      return message;
    };
    const failed = (error: unknown): never => {
      optimistic.failed(key, error);
      settled();
      throw error;
    };
    const send = (): Promise<SocketMessage> => {
      const socket = this.#socket;
      if (socket === undefined || optimistic !== this.#optimistic) {
        throw new MessageNotSentError('closed', content, 'the conversation was closed.');
      }
      const sending = this.#rest
        ? this.#rest.send(content, key, persistent && key)
        : socket.send(content, { idempotencyKey: key, isRepeat });
      return sending.then(stored, failed);
    };
    const sent = persistent && !isRepeat ? persistent.add(key, content).then(send) : send();
    // The error is in the view, so the caller may ignore it.
    sent.catch(() => undefined);
    return sent;
  }

  readonly #restore = ({ id, content, createdAt }: OutboxMessage): void => {
    this.#optimistic.add(id, content);
    if (Date.now() - createdAt < IDEMPOTENCY_WINDOW_MS) void this.#transmit(id, content, true);
    else this.#optimistic.failed(id, new OutcomeUnknownError(content, TOO_OLD));
    this.#showMessages();
  };

  readonly retry = (key: string): void => {
    const content = this.#optimistic.removeFailed(key);
    if (content === undefined) return;
    void this.send(content);
    this.#persistent?.remove(key);
  };

  readonly discard = (key: string): void => {
    if (this.#optimistic.removeFailed(key) !== undefined) this.#persistent?.remove(key);
    this.#showMessages();
  };

  readonly stop = (): void => {
    if (this.#rest) void this.#client.chat.stop().catch(() => undefined);
    else this.#socket?.stop();
    this.#reply.stopping();
    this.#update({ reply: this.#reply.current });
  };

  readonly regenerate = (messageId: string): Promise<void> => {
    // The messages of the result arrive at the socket.
    const done = this.#client.chat
      .regenerate(messageId, { return: 'minimal' })
      .then(() => undefined);
    done.catch(() => undefined);
    return done;
  };

  readonly newSession = (): Promise<ChatSession> => this.#client.chat.newSession();

  readonly loadOlder = async (): Promise<void> => this.#history?.loadOlder();

  readonly reconnect = (): void => {
    if (this.#socket?.state === 'closed') this.#connect();
    else this.#socket?.reconnect();
  };

  readonly markRead = (id: string): void => this.#socket?.markRead(id);

  /** A conversation must not be visible after its user has logged out, and the next user has another one. */
  readonly #onAuthChange = ({ reason }: AuthChange): void => {
    const { connection } = this.#view;
    this.#shareUser();
    if (reason === 'refresh' || (reason === 'login' && connection.state !== 'closed')) return;
    this.#stop();
    if (reason === 'login') this.#start();
    else this.#update({ connection: { ...connection, state: 'closed' } });
  };

  #start(): void {
    const history = new HistoryReader(this.#client, this.#messages, () => {
      this.#showMessages({ history: history.view });
    });
    this.#history = history;
    const { outbox } = this.#options;
    this.#persistent = outbox && new PersistentMessages(outbox, this.#restore);
    this.#connect();
    this.#shareUser();
  }

  /** Tells the outbox the user as soon as it is known, at the latest when the socket is open. */
  #shareUser(): void {
    const username = this.#client.user?.username;
    if (username !== undefined || this.#socket?.state === 'open') {
      this.#persistent?.setUser(username);
    }
  }

  #stop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    void this.#rest?.stop();
    this.#rest = undefined;
    socket?.close();
    this.#history?.stop();
    this.#history = undefined;
    clearTimeout(this.#rateLimitTimer);
    this.#persistent?.stop();
    this.#persistent = undefined;
    this.#messages = new MessageList();
    this.#optimistic = new OptimisticMessages();
    this.#reply = new ReplyBuilder();
    this.#view = initialView;
  }

  #connect(): void {
    let socket: ChatSocket;
    try {
      const { outbox: _, ...options } = this.#options;
      socket = this.#client.connect({ stream: true, ...options });
    } catch (error) {
      if (!isChatError(error, 'client_closed')) throw error;
      // It was created for this call.
      error.message = CLOSED;
      this.#update({ connection: { state: 'closed', error } });
      this.#history?.onStateChange('closed');
      return;
    }
    this.#socket = socket;
    this.#update({ connection: { state: socket.state } });
    const on = <Name extends keyof SocketEvents>(name: Name, listener: Listener<Name>) =>
      socket.on(name, (event) => {
        if (this.#socket === socket) listener(event);
      });
    on('state', this.#onStateChange);
    on('message', (message) => {
      this.#reply.end();
      this.#messages.add(message);
      this.#showMessages({ reply: undefined, notice: undefined });
    });
    on('delta', (delta) => {
      this.#reply.add(delta);
      this.#update({ reply: this.#reply.current });
    });
    on('status', this.#onStatus);
    on('recovered', ({ complete }) => {
      if (!complete) this.#history?.onGap();
    });
  }

  readonly #onStateChange = ({
    state,
    retryInMs,
    code,
    reason,
    error,
  }: SocketStateChange): void => {
    const connection: ChatConnection = {
      state,
      ...(retryInMs !== undefined && { retryAt: Date.now() + retryInMs }),
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      ...(error !== undefined && { error }),
    };
    if (state !== 'open') this.#reply.end();
    else this.#shareUser();
    this.#update({ connection, reply: this.#reply.current });
    this.#history?.onStateChange(state);
    if (state === 'waiting' && code === TOO_MANY_CONNECTIONS) {
      const rest = this.#rest ?? new RestFallback(this.#client, this.#onPage);
      this.#rest = rest;
      this.#socket?.withdraw((text, key, wasSent) =>
        rest.send(text, key, wasSent || this.#persistent ? key : undefined),
      );
    } else if (state !== 'connecting') void this.#stopRest();
  };

  async #stopRest(): Promise<void> {
    const rest = this.#rest;
    await rest?.stop();
    if (this.#rest === rest) this.#rest = undefined;
  }

  readonly #onPage = (
    page: readonly Message[],
    reachedEnd: boolean,
    sending?: SentOverRest,
  ): void => {
    if (this.#view.history.isLoading) return;
    const { length } = this.#messages.all;
    if (!this.#messages.append(page, reachedEnd)) this.#history?.onGap();
    const added = this.#messages.all.slice(length);
    if (added.length === 0) return;
    // Its request lasts until the reply is complete, but the message is stored before.
    const stored = added.find(
      ({ role, content }) => role === 'user' && content === sending?.content,
    );
    if (stored && sending) this.#optimistic.stored(sending.key, stored);
    this.#showMessages();
  };

  readonly #onStatus: Listener<'status'> = (status) => {
    switch (status.event) {
      case 'read':
        return;
      case 'typing':
        this.#reply.typing();
        return this.#update({ reply: this.#reply.current });
      case 'rate_limited':
        return this.#setRateLimit(status.retryAfterMs ?? 0);
      case 'error':
      case 'stopped':
        this.#reply.end();
        return this.#update({
          reply: undefined,
          ...(status.event === 'error' && { notice: status }),
        });
      default:
        this.#update({ notice: status });
    }
  };

  #setRateLimit(ms: number): void {
    clearTimeout(this.#rateLimitTimer);
    this.#rateLimitTimer = setLongTimeout(() => this.#update({ rateLimitedUntil: undefined }), ms);
    this.#update({ rateLimitedUntil: Date.now() + ms });
  }

  #showMessages(change: Partial<ChatView> = {}): void {
    this.#optimistic.removeShown((message) => this.#messages.includes(message));
    this.#update({ ...change, messages: this.#messages.all, outgoing: this.#optimistic.all });
  }

  #update(change: Partial<ChatView>): void {
    this.#view = { ...this.#view, ...change };
    for (const subscriber of this.#subscribers) subscriber();
  }
}

/** By client, not by component: a discarded render leaves nothing behind, and components share one socket. */
const stores = new WeakMap<ChatClient, ChatStore>();

/**
 * The conversation of a client: messages, the reply in progress, the state of the connection, and actions. It does
 * nothing before the first `subscribe()`.
 *
 * A client has one store: later calls return the same one, and the options of the first call apply.
 *
 * @throws InvalidOptionError from the first `subscribe()`, naming the first invalid option
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { createChatStore } from '@chat/client/store';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const { getSnapshot, subscribe, send } = createChatStore(client);
 * const unsubscribe = subscribe(() => {
 *   const { messages, reply, connection } = getSnapshot();
 *   console.log(connection.state, messages.length, reply?.content);
 * });
 * await send('Hello');
 * unsubscribe();
 * ```
 */
export function createChatStore(client: ChatClient, options: ChatStoreOptions = {}): ChatStore {
  const existing = stores.get(client);
  if (existing !== undefined) return existing;
  const store = new ConversationStore(client, options);
  stores.set(client, store);
  return store;
}

/** The actions of a store, without what only a UI framework needs. */
export function actionsOf(store: ChatStore): ChatActions {
  const { getSnapshot: _, subscribe: __, ...actions } = store;
  return actions;
}
