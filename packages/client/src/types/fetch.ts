import type { AbortSignalLike } from './abort-signal.js';

/**
 * The platform's own `AbortSignal` where the program's types know one, so that the platform's `fetch`
 * fits below; asked for in this way because the declarations must compile where there is none.
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

/** What a `fetch` of the application is called with, beside the URL. */
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

/** The part of a `Response` that is used. */
export interface FetchResponse {
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  /** The HTTP status. */
  readonly status: number;
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

/** Any `fetch`: the platform's own, undici's, or a function of a test. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;
