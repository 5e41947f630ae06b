import type { AbortSignalLike } from './abort-signal.js';

/**
 * The platform's own `AbortSignal` where the program's types know one, so that the platform's `fetch`
 * fits below; asked for in this way because the declarations must compile where there is none.
 *
 * @example
 * ```ts
 * import type { FetchLike, PlatformAbortSignal } from '@chat/client';
 *
 * // A limit of this program's own, beside the client's.
 * const within = (ms: number, signal: PlatformAbortSignal) => AbortSignal.any([signal, AbortSignal.timeout(ms)]);
 * const impatient: FetchLike = (url, init) => fetch(url, { ...init, signal: within(2_000, init.signal) });
 * ```
 */
export type PlatformAbortSignal = typeof globalThis extends {
  /** The platform's class. */
  AbortSignal: {
    /** What its signals are like. */
    prototype: infer Signal;
  };
}
  ? Signal
  : AbortSignalLike;

/**
 * What a `fetch` of the application is called with, beside the URL.
 *
 * @example
 * ```ts
 * import type { FetchInit, FetchLike } from '@chat/client';
 *
 * const counting: FetchLike = (url, init: FetchInit) => {
 *   console.log(init.method, url, `${init.body?.length ?? 0} characters`);
 *   return fetch(url, init);
 * };
 * ```
 */
export interface FetchInit {
  /** `GET` or `POST`. */
  method: string;
  /** The token is among them. */
  headers: Record<string, string>;
  /** JSON, for calls that have a body. */
  body?: string;
  /** Aborts when the call times out or its caller gives up. */
  signal: PlatformAbortSignal;
}

/**
 * The part of a `Response` that is used.
 *
 * @example
 * ```ts
 * import { ChatClient, type FetchResponse } from '@chat/client';
 *
 * // In a test of your own: a backend that always says the same.
 * const answer = async (): Promise<FetchResponse> => Response.json({ detail: 'Closed today.' }, { status: 503 });
 * const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 't', fetch: answer });
 * ```
 */
export interface FetchResponse {
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** The HTTP status. */
  readonly status: number;
  /** Whether it comes from another URL than the one that was asked. */
  readonly redirected?: boolean | undefined;
  /** The URL that it comes from. */
  readonly url?: string | undefined;
  /** The headers of the answer. */
  readonly headers: {
    /** A header by any spelling of its name. */
    get(name: string): string | null;
    /** Visits each header. */
    forEach(visit: (value: string, name: string) => void): void;
  };
  /** The whole body. */
  text(): Promise<string>;
}

/**
 * Any `fetch`: the platform's own, undici's, or a function of a test.
 *
 * @example
 * ```ts
 * import { ChatClient, type FetchLike } from '@chat/client';
 *
 * // Cookies of a page in front of the backend go along.
 * const withCookies: FetchLike = (url, init) => fetch(url, { ...init, credentials: 'include' });
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   token: 'eyJ…',
 *   fetch: withCookies,
 * });
 * ```
 */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;
