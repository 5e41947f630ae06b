import { request } from 'node:http';
import { expect } from 'vitest';
import WebSocket from 'ws';

export interface CallResult {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: tests read any response.
  readonly body: any;
}

interface CallOptions {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The source address; all of 127.0.0.0/8 belong to this machine. */
  readonly from?: string;
}

/** One request on its own connection. */
export function call(url: string, path: string, options: CallOptions = {}): Promise<CallResult> {
  const {
    method = options.body === undefined ? 'GET' : 'POST',
    token,
    headers,
    body,
    from,
  } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, {
      method,
      agent: false,
      ...(from !== undefined && { localAddress: from }),
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0 } = response;
        const isJson = response.headers['content-type']?.includes('json');
        resolve({ status, headers: response.headers, body: isJson ? JSON.parse(text) : text });
      });
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

let addresses = 1;

/** Logs in from an unused address, because logins are limited per address. */
export async function logIn(url: string, username: string): Promise<string> {
  addresses += 1;
  const from = `127.1.${addresses >> 8}.${addresses & 255}`;
  const response = await call(url, '/api/v1/login', {
    from,
    body: { username, password: 's3cret' },
  });
  expect(response).toMatchObject({ status: 200 });
  return response.body.access_token;
}

export const send = (
  url: string,
  token: string,
  message: string,
  key?: string,
): Promise<CallResult> =>
  call(url, '/api/v1/chat', {
    token,
    body: { message },
    headers: { Prefer: 'return=minimal', ...(key !== undefined && { 'Idempotency-Key': key }) },
  });

/** The error response that the protocol requires of a temporarily unavailable server. */
export function expectUnavailable(response: CallResult): void {
  expect(response).toMatchObject({ status: 503, body: { detail: expect.any(String) } });
  expect(response.headers['retry-after']).toMatch(/^\d+$/);
}

/** The whole history, oldest first. */
export async function history(
  url: string,
  token: string,
): Promise<{ id: string; role: string; content: string }[]> {
  const all = [];
  for (let page = 1; ; page += 1) {
    const path = `/api/v1/chat/history?order=asc&pageSize=100&page=${page}`;
    const { status, body } = await call(url, path, { token });
    expect({ status, detail: body?.detail }).toEqual({ status: 200 });
    all.push(...body.messages);
    if (body.messages.length < 100) return all;
  }
}

/** A socket that records the messages it receives. */
export class SocketListener {
  readonly messages: { id: string; content: string }[] = [];
  readonly socket: WebSocket;
  closeCode: number | undefined;
  greeted = false;

  constructor(url: string, token: string) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?token=${token}`);
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      const { type, data: frame } = JSON.parse(String(data));
      if (type === 'message') this.messages.push(frame);
      if (frame.event === 'connected') this.greeted = true;
    });
    this.socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  /** Resolves when the server has accepted or closed it. */
  async untilDecided(): Promise<this> {
    await expect.poll(() => this.greeted || this.closeCode !== undefined).toBe(true);
    return this;
  }

  get contents(): string[] {
    return this.messages.map(({ content }) => content);
  }

  async close(): Promise<void> {
    this.socket.close();
    await expect.poll(() => this.closeCode).toBeDefined();
  }
}

export const listen = (url: string, token: string): Promise<SocketListener> =>
  new SocketListener(url, token).untilDecided();
