import type { RouteName } from '@chat/contract';
import type { ReceivedRequest } from './mock-request.js';

/**
 * A request that the mock received, for assertions in a test.
 *
 * @example
 * ```ts
 * import type { RecordedRequest } from '@chat/server/msw';
 *
 * const keyOf = ({ headers }: RecordedRequest) => headers.get('idempotency-key');
 * const [first, again] = mock.requests.filter(({ route }) => route === 'sendMessage').map(keyOf);
 * expect(again).toBe(first);
 * ```
 */
export interface RecordedRequest {
  /** The route's name; missing for an unknown path. */
  readonly route?: RouteName;
  /** The method, such as `GET` or `POST`. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** The headers, including the token. */
  readonly headers: Headers;
  /** The parsed body; its text when it is not JSON, `undefined` when there is none. */
  readonly body: unknown;
  /** The user of the token. */
  readonly username?: string;
  /** The status of the response; missing while it is in progress. */
  readonly status?: number | 'network error';
}

/** The requests of one mock, oldest first. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];

  /** Returns a function that records the result. */
  add(
    route: RouteName | undefined,
    request: ReceivedRequest,
    usernameOf: (token: string) => string | undefined,
  ): (status: number | 'network error') => void {
    const [, token = ''] =
      /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const username = usernameOf(token);
    const recorded = {
      ...(route === undefined ? {} : { route }),
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: decodeBody(request.bytes),
      ...(username === undefined ? {} : { username }),
    };
    this.requests.push(recorded);
    return (status) => {
      Object.assign(recorded, { status });
    };
  }
}

function decodeBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
