import type { MessageFrame, RouteName, ServerFrame } from '@chat/contract';
import { basePath, routes, socketPath } from '@chat/contract';

interface CallInit extends Omit<RequestInit, 'body'> {
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent unchanged. */
  readonly rawBody?: string;
}

/** A client of the mock that uses only `fetch` and `WebSocket`. */
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
      const response = await call('login', { body: { username, password } });
      const { access_token } = (await response.json()) as { access_token: string };
      return access_token;
    },
    async send(token: string, message: string, headers: Record<string, string> = {}) {
      const response = await call('sendMessage', { token, body: { message }, headers });
      const body = (await response.json()) as { response: string; detail?: string };
      return { status: response.status, headers: response.headers, ...body };
    },
    openSocket: (token: string, query = '') =>
      new MockSocketClient(`${baseUrl.replace(/^http/, 'ws')}${socketPath}?token=${token}${query}`),
  };
}

/** A plain socket that records the frames it receives. */
class MockSocketClient {
  readonly socket: WebSocket;
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ code: number; reason: string; wasClean: boolean }>;
  #wake: () => void = () => {};
  #read = 0;

  constructor(url: string) {
    this.socket = new WebSocket(url);
    this.socket.addEventListener('message', ({ data }) => {
      this.frames.push(JSON.parse(data as string) as ServerFrame);
      this.#wake();
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

  /** Returns the next frame with this event. For `message`, returns the next message. */
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
        this.#wake = resolve;
      });
    }
  }
}

/** Waits until the mock has received a new socket from MSW. The server accepts the socket later, on a timer. */
export async function untilConnecting(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}
