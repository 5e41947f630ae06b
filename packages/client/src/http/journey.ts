import type { Route, RouteName } from '@chat/contract';
import type { CallScope } from './call-scope.js';

/** One call on its way, over all its tries. */
export interface Journey {
  readonly name: RouteName;
  readonly route: Route;
  /** Method and path, such as `POST /chat`. */
  readonly label: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly fixedToken: string | undefined;
  /** Whether the backend is told a key by which it knows a repeat. */
  readonly keyed: boolean;
  readonly scope: CallScope;
  /** Place in the line at the gate. */
  readonly order: number;
  /** The token keeper's count of logouts when the call began. */
  readonly epoch: number;
  /** The try under way, from 1. */
  attempt: number;
  /** Set when trying again cannot help, whatever the error is. */
  lost: boolean;
}
