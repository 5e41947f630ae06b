import type { BackendKind } from '../support/backends/backend.js';

/** What the suite runs against. */
export interface Target {
  readonly kind: BackendKind;
  /** A proxy between client and backend, for example one that validates both against the OpenAPI document. */
  readonly proxy?: ReverseProxy;
}

export interface ReverseProxy {
  /** Its address on this machine, with its path prefix if it has one. */
  readonly url: string;
  /** The local port of the backend to which it forwards. */
  readonly backendPort: number;
}
