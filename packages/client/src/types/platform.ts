/**
 * The members of an `AbortSignal` that the client needs. Every `AbortSignal` has them; this type also compiles in
 * programs without DOM types.
 *
 * @example
 * ```ts
 * import type { AbortSignalLike } from '@chat/client';
 *
 * // Also in a program without DOM types.
 * const signal: AbortSignalLike = AbortSignal.timeout(5_000);
 * await client.chat.history({ signal });
 * ```
 */
export interface AbortSignalLike {
  /** Whether it is aborted. */
  readonly aborted: boolean;
  /** The reason of the abort; becomes the `cause` of the `AbortError`. */
  readonly reason?: unknown;
  /** Adds a listener that is called when it aborts. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Removes the listener when the call is done. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * The global `AbortSignal` if the program's types have one, so that the global `fetch` is a {@link FetchLike}; else
 * {@link AbortSignalLike}, so that the declarations also compile without it.
 *
 * @example
 * ```ts
 * import type { FetchLike, PlatformAbortSignal } from '@chat/client';
 *
 * // A timeout of this program, in addition to the client's.
 * const withTimeout = (ms: number, signal: PlatformAbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(ms)]);
 * const quickFetch: FetchLike = (url, init) => fetch(url, { ...init, signal: withTimeout(2_000, init.signal) });
 * ```
 */
export type PlatformAbortSignal = typeof globalThis extends {
  /** The global class. */
  AbortSignal: {
    /** The type of its instances. */
    prototype: infer Signal;
  };
}
  ? Signal
  : AbortSignalLike;

/**
 * The second argument of a {@link FetchLike}.
 *
 * @example
 * ```ts
 * import type { FetchInit, FetchLike } from '@chat/client';
 *
 * const loggingFetch: FetchLike = (url, init: FetchInit) => {
 *   console.log(init.method, url, `${init.body?.length ?? 0} characters`);
 *   return fetch(url, init);
 * };
 * ```
 */
export interface FetchInit {
  /** `GET` or `POST`. */
  method: string;
  /** The request headers, with the token. */
  headers: Record<string, string>;
  /** The body as JSON, if the call has one. */
  body?: string;
  /**
   * The client follows redirects within the origin by itself: a request to another origin would disclose its secrets.
   */
  redirect: 'manual';
  /** Aborts on a timeout, or when the caller aborts the call. */
  signal: PlatformAbortSignal;
}

/**
 * The members of a `Response` that the client needs.
 *
 * @example
 * ```ts
 * import { ChatClient, type FetchResponse } from '@chat/client';
 *
 * // In your own test: a backend with a fixed response.
 * const fixedResponse = async (): Promise<FetchResponse> => Response.json({ detail: 'Closed today.' }, { status: 503 });
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 't', fetch: fixedResponse });
 * ```
 */
export interface FetchResponse {
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** The HTTP status. */
  readonly status: number;
  /** `opaqueredirect` for a redirect in a page, which cannot be followed. */
  readonly type?: string | undefined;
  /** Whether a redirect led to it. */
  readonly redirected?: boolean | undefined;
  /** The URL after redirects. */
  readonly url?: string | undefined;
  /** The response headers. */
  readonly headers: {
    /** The value of a header; its name is not case-sensitive. */
    get(name: string): string | null;
    /** Calls `visit` for each header. */
    forEach(visit: (value: string, name: string) => void): void;
  };
  /** The body as a `ReadableStream`, where the runtime has one. It is read up to `maxResponseBytes`. */
  readonly body?: unknown;
  /** The whole body; used without such a stream. */
  text(): Promise<string>;
}

/**
 * A `fetch` function: the global one, undici's, or one of a test.
 *
 * @example
 * ```ts
 * import { ChatClient, type FetchLike } from '@chat/client';
 *
 * // Send cookies to a proxy in front of the backend.
 * const withCookies: FetchLike = (url, init) => fetch(url, { ...init, credentials: 'include' });
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   token: 'eyJ…',
 *   fetch: withCookies,
 * });
 * ```
 */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;

/**
 * A WebSocket class: the global one, `ws`, or a mock. Its events are not part of this type, because their declarations
 * differ between libraries.
 *
 * @example
 * ```ts
 * import { ChatClient, type WebSocketConstructor } from '@chat/client';
 * import { WebSocket } from 'ws';
 *
 * // In Node, with a private certificate authority: `ws` has more options than the standard.
 * const CustomWebSocket: WebSocketConstructor = class extends WebSocket {
 *   constructor(url: string) {
 *     super(url, { ca: process.env.CHAT_CA });
 *   }
 * };
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 'eyJ…', WebSocket: CustomWebSocket });
 * ```
 */
export type WebSocketConstructor = new (
  url: string,
) => {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes passed to `send` that are not yet sent. */
  readonly bufferedAmount: number;
  /** The type of binary frames; the protocol has none. */
  binaryType: string;
  /** Sends a text frame. */
  send(data: string): void;
  /** Closes with a code and a reason. */
  close(code?: number, reason?: string): void;
};
