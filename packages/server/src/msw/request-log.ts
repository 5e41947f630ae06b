import type { RouteName } from '@chat/contract';

/**
 * A call that the mock saw, for a test to assert on.
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
  /** The route's name; missing for a path that does not exist. */
  readonly route?: RouteName;
  /** `GET` or `POST`, as it came. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** As they came, the token among them. */
  readonly headers: Headers;
  /** The parsed body, its text where it is no JSON, `undefined` where there is none. */
  readonly body: unknown;
  /** Whose token came with it. */
  readonly username?: string;
  /** How it was answered; missing while it is under way. */
  readonly status?: number | 'network error';
}

/** A call as it comes in. */
export interface SeenCall {
  readonly route: RouteName | undefined;
  readonly request: Request;
  readonly bytes: Uint8Array;
}

/** The calls that one mock saw, oldest first. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];

  /** Returns how to say how the call ended. */
  add(
    call: SeenCall,
    ownerOf: (token: string) => string | undefined,
  ): (status: number | 'network error') => void {
    const { route, request } = call;
    const [, token = ''] =
      /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
    const username = ownerOf(token);
    const recorded = {
      ...(route === undefined ? {} : { route }),
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: readBody(call.bytes),
      ...(username === undefined ? {} : { username }),
    };
    this.requests.push(recorded);
    return (status) => {
      Object.assign(recorded, { status });
    };
  }
}

function readBody(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
