import type { ChatApi, ChatLimits } from '../chat/api.js';
import type { Store } from '../chat/store.js';
import type { ChatMetrics } from './metrics.js';

/** What the parts of this adapter share. */
export interface Door {
  readonly api: ChatApi;
  readonly store: Store;
  /** Missing when there is nothing outside of this process that could be away. */
  readonly isShared: (() => boolean) | undefined;
  readonly limits: ChatLimits;
  readonly origins: readonly string[];
  readonly bodyLimitBytes: number;
  readonly drainTimeoutMs: number;
  readonly lameDuckMs: number;
  readonly metrics: ChatMetrics | undefined;
  /** True from the moment the server begins to stop. */
  draining: boolean;
}
