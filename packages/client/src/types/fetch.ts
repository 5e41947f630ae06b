import type { AbortSignalLike } from './abort-signal.js';

/** What a `fetch` of the application is called with, beside the URL. */
export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignalLike;
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
// A method's parameters are compared loosely, which is what lets the platform's fetch, whose
// `signal` is a whole AbortSignal, stand here without naming a DOM type.
export type FetchLike = {
  fetch(url: string, init: FetchInit): Promise<FetchResponse>;
}['fetch'];
