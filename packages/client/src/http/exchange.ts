import { headers as headerNames } from '@chat/contract';
import ky from 'ky';
import type { FetchLike, FetchResponse } from '../types/fetch.js';

export interface Outgoing {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: FetchResponse['headers'];
  readonly text: string;
  /** `X-Request-Id`, secrets taken out. */
  readonly requestId: string | undefined;
  /** Said behind the call in errors: where the answer came from, when that is not where the call went. */
  readonly detour: string;
}

/** One request and its whole answer. The only place that knows ky. */
export async function exchange(
  request: Outgoing,
  fetch: FetchLike | undefined,
  redact: (text: string) => string,
): Promise<Answer> {
  const { url, body, ...rest } = request;
  const init = body === undefined ? rest : { ...rest, body };
  let answer: Promise<Response> | undefined;
  // `fetch` is looked up per call, since a mock replaces the global one. It is given the plain pieces instead
  // of ky's Request, which any fetch understands; headers and body go past ky, which would copy each
  // four times and make a stream of the body.
  const send = () => {
    answer ??= (fetch ?? (globalThis.fetch as FetchLike))(url, init) as Promise<Response>;
    return answer;
  };
  const response: FetchResponse = await ky(url, {
    method: init.method,
    // Retries, timeouts and refusals are ours: ky's retry early, race every answer against a timer
    // and throw errors that hold the request with its token.
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // Before ky makes a copy of its Request for a retry of its own, which costs as much as the check of the answer.
    hooks: { beforeRequest: [send] },
    // ky asks here as well when the answer is of a class that it does not know: another library's, a test's.
    fetch: send,
  });
  const { status, ok, headers } = response;
  const id = headers.get(headerNames.requestId);
  return {
    status,
    ok,
    headers,
    text: await response.text(),
    requestId: id === null ? undefined : redact(id),
    detour: redact(detourOf(response)),
  };
}

/** On its way a redirect drops the body of a POST, or the token: the refusal that follows misleads without this. */
function detourOf({ redirected, url = '' }: FetchResponse): string {
  const [to] = url.split(/\/api\/v1\/|[?#]/);
  return redirected ? ` (redirected to ${to}: should that be the "baseUrl"?)` : '';
}
