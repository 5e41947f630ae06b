import type { AbortSignalLike } from './abort-signal.js';

/**
 * The platform's own `AbortSignal` where the program's types know one, so that the platform's `fetch`
 * fits below; asked for in this way because the declarations must compile where there is none.
 */
export type PlatformAbortSignal = typeof globalThis extends {
  AbortSignal: { prototype: infer Signal };
}
  ? Signal
  : AbortSignalLike;

/** What a `fetch` of the application is called with, beside the URL. */
export interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal: PlatformAbortSignal;
}

/** The part of a `Response` that is used. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: {
    get(name: string): string | null;
    forEach(visit: (value: string, name: string) => void): void;
  };
  text(): Promise<string>;
}

/** Any `fetch`: the platform's own, undici's, or a function of a test. */
export type FetchLike = (url: string, init: FetchInit) => Promise<FetchResponse>;
