import type { Route, RouteName } from '@chat/contract';

/** What is known of a call before it leaves. */
export interface CallPlan {
  readonly name: RouteName;
  readonly route: Route;
  /** Method and path, such as `POST /chat`. */
  readonly label: string;
  readonly url: string;
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly fixedToken: string | undefined;
  /** Whether it neither waits at the gate nor is tried again. */
  readonly once: boolean | undefined;
  /** Whether the backend is told a key by which it knows a repeat. */
  readonly keyed: boolean;
  /** Place in the line at the gate. */
  readonly order: number;
}
