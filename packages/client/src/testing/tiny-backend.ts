import type { Reaction, Script, SeenRequest } from './scripted-server.js';

export const credentials = { username: 'ada', password: 'correct horse' };

export interface TinyBackendOptions {
  /** What `Chat-Extensions` says; nothing when left out, as a backend that knows only the core. */
  extensions?: string;
  /** Makes the nth token, from 1. */
  token?: (nth: number) => string;
}

/** The least that a backend does: logins, tokens, messages and repeats, without limits. */
export class TinyBackend {
  readonly #options: TinyBackendOptions;
  readonly valid = new Set<string>();
  readonly stored: string[] = [];
  readonly #answered = new Map<string, Reaction>();
  logins = 0;

  constructor(options: TinyBackendOptions = {}) {
    this.#options = options;
  }

  readonly script: Script = (request) => {
    const { extensions } = this.#options;
    const answer = this.#answer(request);
    if (typeof answer === 'string' || extensions === undefined) return answer;
    return { ...answer, headers: { 'chat-extensions': extensions, ...answer.headers } };
  };

  #answer(request: SeenRequest): Reaction {
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

  #send(request: SeenRequest): Reaction {
    const key = this.#options.extensions && request.headers['idempotency-key'];
    const known = typeof key === 'string' ? this.#answered.get(key) : undefined;
    if (known !== undefined) return known;
    const { message } = request.body as { message: string };
    this.stored.push(message);
    const timestamp = '2026-01-01T00:00:00.000Z';
    const response = `You said ${message}`;
    const messages = [
      { role: 'user', content: message, timestamp },
      { role: 'assistant', content: response, timestamp },
    ];
    const answer = { body: { response, messages } };
    if (typeof key === 'string') this.#answered.set(key, answer);
    return answer;
  }
}
