import type { HttpExtension, Layer, SocketFeature } from '@chat/contract';
import type { Capability } from './harness.js';
import type { Probe } from './probe.js';
import type { Evidence } from './violation.js';

/** One rule of the protocol and the test that shows whether a backend conforms to it. */
export interface Check {
  /** The rule's id in the protocol document, such as `HIST-3`. */
  readonly id: string;
  /** The extension that the rule belongs to. The check is skipped when the backend does not announce it. */
  readonly extension?: HttpExtension | SocketFeature;
  /** The rule in one sentence. */
  readonly rule: string;
  /** What the harness must be able to do, apart from calling the backend as a client does. */
  readonly needs?: readonly Capability[];
  /** @throws {Violation} when the backend breaks the rule. */
  run(probe: Probe): Promise<void>;
}

export interface ConformanceCheck extends Check {
  readonly layer: Layer;
}

export type CheckResult =
  | { readonly check: ConformanceCheck; readonly outcome: 'passed' }
  | {
      readonly check: ConformanceCheck;
      readonly outcome: 'failed';
      readonly problem: string;
      readonly evidence?: Evidence;
    }
  | { readonly check: ConformanceCheck; readonly outcome: 'skipped'; readonly reason: string };
