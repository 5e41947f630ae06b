import type { MessageFrame, RouteName, ServerFrame } from '@chat/contract';
import { basePath, routes, socketPath } from '@chat/contract';

interface CallInit extends Omit<RequestInit, 'body'> {
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly rawBody?: string;
}

/** A consumer of the mock who has nothing but `fetch` and `WebSocket`. */
export function createCaller(baseUrl: string) {
  const call = (route: RouteName, init: CallInit = {}) => {
    const { token, body, rawBody, headers, ...rest } = init;
    const text = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    return fetch(`${baseUrl}${basePath}${routes[route].path}`, {
      method: routes[route].method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(text === undefined ? {} : { body: text }),
      ...rest,
    });
  };

  return {
    call,
    async login(username = 'ada', password = 's3cret'): Promise<string> {
      const answer = await call('login', { body: { username, password } });
      const { access_token } = (await answer.json()) as { access_token: string };
      return access_token;
    },
    async send(token: string, message: string, headers: Record<string, string> = {}) {
      const answer = await call('sendMessage', { token, body: { message }, headers });
      const body = (await answer.json()) as { response: string; detail?: string };
      return { status: answer.status, headers: answer.headers, ...body };
    },
    dial: (token: string, query = '') =>
      new Line(`${baseUrl.replace(/^http/, 'ws')}${socketPath}?token=${token}${query}`),
  };
}

/** A plain socket that remembers what came. */
class Line {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string; wasClean: boolean }>;
  #news: () => void = () => {};
  #read = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.addEventListener('message', ({ data }) => {
      this.frames.push(JSON.parse(data as string) as ServerFrame);
      this.#news();
    });
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', ({ code, reason, wasClean }) =>
        resolve({ code, reason, wasClean }),
      );
    });
  }

  send(frame: Omit<MessageFrame, 'type'>): void {
    this.socket.send(JSON.stringify({ type: 'message', ...frame }));
  }

  /** The next frame of this event, or the next message. */
  async next(event: string): Promise<ServerFrame['data']> {
    for (;;) {
      for (; this.#read < this.frames.length; this.#read += 1) {
        const { type, data } = this.frames[this.#read] as ServerFrame;
        if ((type === 'message' ? 'message' : data.event) === event) {
          this.#read += 1;
          return data;
        }
      }
      await new Promise<void>((resolve) => {
        this.#news = resolve;
      });
    }
  }
}

/** MSW has told the mock of a new socket, and the server has not let it in: it takes a timer for that. */
export async function onItsWayIn(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}
