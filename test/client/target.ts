import type { BackendKind } from '../support/backends/backend.js';

/** What the suite is run against. */
export interface Target {
  readonly kind: BackendKind;
  /** A program between client and backend, such as one that holds both to the OpenAPI document. */
  readonly through?: Intermediary;
}

export interface Intermediary {
  /** Where it listens on this machine, with the path prefix that it wants, if any. */
  readonly url: string;
  /** The port of this machine where it looks for the backend. */
  readonly backendPort: number;
}
