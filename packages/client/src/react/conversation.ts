import type { ChatClient } from '../client.js';
import { isChatError } from '../errors/is-chat-error.js';
import { MessageNotSentError } from '../errors/message-not-sent-error.js';
import { later } from '../later.js';
import type { ChatSocket } from '../socket/chat-socket.js';
import { refused } from '../socket/deferred.js';
import type { SocketEvents, SocketMessage, StateChange } from '../socket/events.js';
import type { ConnectOptions } from '../socket/options.js';
import { blankView, type ChatActions, type ChatConnection, type ChatView } from './chat-view.js';
import { HistoryReader } from './history-reader.js';
import { MessageList } from './message-list.js';
import { Outbox } from './outbox.js';
import { ReplyBuilder } from './reply-builder.js';

type Heard<Name extends keyof SocketEvents> = (event: SocketEvents[Name]) => void;

/**
 * One client's conversation as a store: it begins with the first listener, ends with the last, and then
 * forgets everything. Knows nothing of React.
 */
export class Conversation implements ChatActions {
  readonly #client: ChatClient;
  readonly #options: ConnectOptions;
  readonly #listeners = new Set<() => void>();
  #view = blankView;
  #socket: ChatSocket | undefined;
  #list = new MessageList();
  #outbox = new Outbox();
  #reply = new ReplyBuilder();
  #history: HistoryReader | undefined;
  #held: ReturnType<typeof setTimeout> | undefined;

  constructor(client: ChatClient, options: ConnectOptions) {
    this.#client = client;
    this.#options = options;
  }

  readonly view = (): ChatView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    const { state, error } = this.#view.connection;
    // A clean-up that logs out, and comes back at once under StrictMode, closed the line on purpose.
    if (this.#listeners.size === 0 && state === 'closed' && error === undefined) this.#end();
    this.#listeners.add(listener);
    if (this.#history === undefined) this.#begin();
    return () => {
      this.#listeners.delete(listener);
      // Later: StrictMode, and a component that takes the place of another, come back at once.
      queueMicrotask(() => {
        if (this.#listeners.size === 0) this.#end();
      });
    };
  };

  readonly send = (content: string): Promise<SocketMessage> => {
    const outbox = this.#outbox;
    const socket = this.#socket;
    if (socket === undefined) {
      const why = 'the conversation is not open: no component shows it, or its client is closed.';
      return refused(new MessageNotSentError('closed', content, why));
    }
    const key = outbox.add(content);
    this.#showMessages();
    const sent = socket.send(content);
    const settled = () => {
      if (outbox === this.#outbox) this.#showMessages();
    };
    sent.then(
      (message) => {
        outbox.stored(key, message);
        settled();
      },
      (error) => {
        outbox.failed(key, error);
        settled();
      },
    );
    return sent;
  };

  readonly retry = (key: string): void => {
    const content = this.#outbox.take(key);
    if (content !== undefined) void this.send(content);
  };

  readonly discard = (key: string): void => {
    this.#outbox.take(key);
    this.#showMessages();
  };

  readonly loadOlder = async (): Promise<void> => this.#history?.older();

  readonly reconnect = (): void => {
    if (this.#socket?.state === 'closed') this.#connect();
    else this.#socket?.reconnect();
  };

  readonly markRead = (id: string): void => this.#socket?.markRead(id);

  #begin(): void {
    const history = new HistoryReader(this.#client, this.#list, () => {
      this.#showMessages({ history: history.view });
    });
    this.#history = history;
    this.#connect();
  }

  #end(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#history?.stop();
    this.#history = undefined;
    clearTimeout(this.#held);
    this.#list = new MessageList();
    this.#outbox = new Outbox();
    this.#reply = new ReplyBuilder();
    this.#view = blankView;
  }

  #connect(): void {
    let socket: ChatSocket;
    try {
      socket = this.#client.connect({ stream: true, ...this.#options });
    } catch (error) {
      if (!isChatError(error, 'client_closed')) throw error;
      this.#update({ connection: { state: 'closed', error } });
      this.#history?.lineMoved('closed');
      return;
    }
    this.#socket = socket;
    this.#update({ connection: { state: socket.state } });
    const on = <Name extends keyof SocketEvents>(name: Name, hear: Heard<Name>) =>
      socket.on(name, (event) => {
        if (this.#socket === socket) hear(event);
      });
    on('state', this.#moved);
    on('message', (message) => {
      this.#reply.end();
      this.#list.add(message);
      this.#showMessages({ reply: undefined, notice: undefined });
    });
    on('delta', (delta) => {
      this.#reply.add(delta);
      this.#update({ reply: this.#reply.current });
    });
    on('status', this.#told);
    on('recovered', ({ complete }) => {
      if (!complete) this.#history?.gap();
    });
  }

  readonly #moved = ({ state, retryInMs, code, reason, error }: StateChange): void => {
    const connection: ChatConnection = {
      state,
      ...(retryInMs !== undefined && { retryAt: Date.now() + retryInMs }),
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      ...(error !== undefined && { error }),
    };
    if (state !== 'open') this.#reply.end();
    this.#update({ connection, reply: this.#reply.current });
    this.#history?.lineMoved(state);
  };

  readonly #told: Heard<'status'> = (status) => {
    switch (status.event) {
      case 'read':
        return;
      case 'typing':
        this.#reply.typing();
        return this.#update({ reply: this.#reply.current });
      case 'rate_limited':
        return this.#hold(status.retryAfterMs ?? 0);
      case 'error':
        this.#reply.end();
        return this.#update({ notice: status, reply: undefined });
      default:
        this.#update({ notice: status });
    }
  };

  #hold(ms: number): void {
    clearTimeout(this.#held);
    this.#held = later(() => this.#update({ heldUntil: undefined }), ms);
    this.#update({ heldUntil: Date.now() + ms });
  }

  #showMessages(change: Partial<ChatView> = {}): void {
    this.#outbox.settle((message) => this.#list.includes(message));
    this.#update({ ...change, messages: this.#list.all, outgoing: this.#outbox.all });
  }

  #update(change: Partial<ChatView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
