import type { HttpExtension, Layer, SocketFeature } from '@chat/contract';
import type { Need } from './harness.js';
import type { Probe } from './probe.js';
import type { Evidence } from './violation.js';

/** One rule of the protocol and the experiment that tells whether a backend keeps it. */
export interface Check {
  /** The rule's name in the protocol document, such as `HIST-3`. */
  readonly id: string;
  readonly layer: Layer;
  /** Which announced extension the rule belongs to; a backend without it is not asked. */
  readonly extension?: HttpExtension | SocketFeature;
  /** What the contract says, in one sentence. */
  readonly says: string;
  /** What must be possible besides calling the backend as a client does. */
  readonly needs?: readonly Need[];
  /** Resolves when the rule is kept; rejects with a {@link Violation} when it is broken. */
  run(probe: Probe): Promise<void>;
}

export type CheckResult =
  | { readonly check: Check; readonly outcome: 'passed' }
  | {
      readonly check: Check;
      readonly outcome: 'failed';
      readonly problem: string;
      readonly evidence?: Evidence;
    }
  | { readonly check: Check; readonly outcome: 'skipped'; readonly reason: string };
