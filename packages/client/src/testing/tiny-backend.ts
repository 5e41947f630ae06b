import type { Reaction, ReceivedRequest, Script } from './scripted-server.js';

export const credentials = { username: 'ada', password: 'correct horse' };

export interface TinyBackendOptions {
  /** The value of `Chat-Extensions`; a backend that supports only the core sends none. */
  extensions?: string;
  /** Makes the nth token, from 1. */
  token?: (nth: number) => string;
}

/** A minimal backend: logins, tokens, messages and idempotency, without limits. */
export class TinyBackend {
  readonly #options: TinyBackendOptions;
  readonly valid = new Set<string>();
  readonly stored: string[] = [];
  readonly #responses = new Map<string, Reaction>();
  logins = 0;

  constructor(options: TinyBackendOptions = {}) {
    this.#options = options;
  }

  readonly script: Script = (request) => {
    const { extensions } = this.#options;
    const reaction = this.#respond(request);
    if (typeof reaction === 'string' || extensions === undefined) return reaction;
    return { ...reaction, headers: { 'chat-extensions': extensions, ...reaction.headers } };
  };

  #respond(request: ReceivedRequest): Reaction {
    if (request.path === '/login') return this.#login();
    if (request.token === undefined || !this.valid.has(request.token)) {
      return { status: 401, body: { detail: 'The token is not valid.' } };
    }
    switch (request.path) {
      case '/logout':
        this.valid.delete(request.token);
        return { body: { message: 'Successfully logged out' } };
      case '/chat':
        return this.#send(request);
      case '/stats/messages':
        return { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };
      case '/stats/chat':
        return {
          body: { todayChats: 1, totalChats: 2, avgResponseTime: 3, satisfactionRate: 4 },
        };
      default:
        return { status: 404, body: { detail: 'There is nothing here.' } };
    }
  }

  #login(): Reaction {
    this.logins += 1;
    const token = this.#options.token?.(this.logins) ?? `token-${this.logins}`;
    this.valid.add(token);
    return { body: { access_token: token, token_type: 'bearer' } };
  }

  #send(request: ReceivedRequest): Reaction {
    const key = this.#options.extensions && request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#responses.get(key) : undefined;
    if (known !== undefined) return known;
    const { message } = request.body as { message: string };
    this.stored.push(message);
    const timestamp = '2026-01-01T00:00:00.000Z';
    const response = `You said ${message}`;
    const messages = [
      { role: 'user', content: message, timestamp },
      { role: 'assistant', content: response, timestamp },
    ];
    const reaction = { body: { response, messages } };
    if (typeof key === 'string') this.#responses.set(key, reaction);
    return reaction;
  }
}
