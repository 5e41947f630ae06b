import type { RouteName } from '@chat/contract';
import type { ActiveOperations } from '../lib/cancellation-scope.js';
import type { Secrets } from '../lib/redaction.js';
import type { ChatHooks } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';
import type { ReplyDelta } from '../types/models.js';
import type { FetchLike, FetchResponse } from '../types/platform.js';
import type { fetchWithinOrigin } from './fetch-within-origin.js';
import type { RateLimitGate } from './rate-limit-gate.js';
import type { RetryPolicy } from './retry-policy.js';
import type { ServerCapabilities } from './server-capabilities.js';

/** What an `HttpClient` needs from the `ChatClient`. */
export interface HttpDependencies {
  /** Sends one request and follows its redirects. */
  readonly sendRequest: typeof fetchWithinOrigin;
  /** Ends with `/api/v1`. */
  readonly apiUrl: string;
  readonly fetch?: FetchLike | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly maxResponseBytes: number;
  readonly validate: boolean;
  readonly hooks: ChatHooks;
  readonly logger: ChatLogger;
  readonly secrets: Secrets;
  readonly operations: ActiveOperations;
  readonly capabilities: ServerCapabilities;
  readonly gate: RateLimitGate;
  readonly now: () => number;
  readonly random: () => number;
  /** Called at the start of each call that needs a token; a client for logins has none. */
  readonly authorize?: () => CallTokens;
}

/** The tokens of one call. */
export interface CallTokens {
  /** The current token, if it can be sent without waiting. */
  peek(): string | undefined;
  /** The current token; logs in or refreshes first if necessary. */
  token(): Promise<string>;
  /** Another token after a 401, or `undefined` when there is none: then the 401 is the result of the call. */
  replace(rejected: string): Promise<string | undefined>;
}

/** Everything about a call that is known before its first request. */
export interface RequestPlan {
  readonly name: RouteName;
  /** Method and path, such as `POST /chat`. */
  readonly label: string;
  readonly method: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly fixedToken: string | undefined;
  /** Whether the call fails instead of waiting at the gate or trying again. */
  readonly noRetry: boolean | undefined;
  readonly idempotencyKey: string | undefined;
  /** The key, if the application gave it. */
  readonly callersKey: string | undefined;
  /** Requests a streamed response and receives its deltas. */
  readonly onDelta: ((delta: ReplyDelta) => void) | undefined;
  /** At the gate, a lower number goes first. */
  readonly queuePosition: number;
}

export interface HttpResponse {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: FetchResponse['headers'];
  /** `undefined` when it is longer than `maxResponseBytes`. */
  readonly text: string | undefined;
  /** `X-Request-Id`, redacted. */
  readonly requestId: string | undefined;
  /** Why a response after a redirect must not be used. */
  readonly refusal: string | undefined;
  /** For error messages: method and path, and the URL of the response if a redirect led there. */
  readonly call: string;
}
