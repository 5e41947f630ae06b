import type { ChatApi, ChatLimits } from '../../domain/api.js';
import type { Store } from '../../domain/ports/store.js';
import type { MetricsRecorder } from './observability/metrics.js';

/** The state that the parts of this adapter share. */
export interface AdapterContext {
  readonly api: ChatApi;
  readonly store: Store;
  /** `undefined` without a Redis. */
  readonly isRedisUp: (() => boolean) | undefined;
  readonly limits: ChatLimits;
  readonly allowedOrigins: readonly string[];
  readonly bodyLimitBytes: number;
  readonly drainTimeoutMs: number;
  /** How long a peer may take to read the next part of a response. */
  readonly writeTimeoutMs: number;
  readonly lameDuckMs: number;
  readonly metrics: MetricsRecorder | undefined;
  /** True as soon as the server starts to stop. */
  draining: boolean;
}
