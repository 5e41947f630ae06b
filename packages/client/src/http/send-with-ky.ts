import ky from 'ky';
import { fetchWithinOrigin } from './fetch-within-origin.js';

/** `fetchWithinOrigin` as a request of ky. */
export const sendWithKy: typeof fetchWithinOrigin = async (fetch, url, init) => {
  let outcome: ReturnType<typeof fetchWithinOrigin> | undefined;
  // `fetch` gets plain values instead of ky's Request: every fetch accepts them, and ky would copy the headers four
  // times and turn the body into a stream.
  const send = async () => {
    outcome ??= fetchWithinOrigin(fetch, url, init);
    const [response] = await outcome;
    return response as Response;
  };
  await ky(url, {
    method: init.method,
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
  return outcome!;
};
