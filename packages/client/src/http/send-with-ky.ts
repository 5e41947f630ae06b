import ky from 'ky';

/** Sends a request with ky; `send` calls `fetch`. */
export function sendWithKy(
  url: string,
  method: string,
  send: () => Promise<Response>,
): PromiseLike<unknown> {
  return ky(url, {
    method,
    // Retries, timeouts and error responses are handled by this client: ky's would retry earlier, race every
    // response against a timer, and throw errors that hold the request with its token.
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // A hook, because without a response from it ky clones its Request, which costs as much as response validation.
    hooks: { beforeRequest: [send] },
    // ky calls this too when the hook's response is not an instance of the global Response class.
    fetch: send,
  });
}
