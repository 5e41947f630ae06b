// Records the tokens that the client sends, so that the demo can check what happens to them.

/** A `fetch` that records each token it sends and the status of the response. */
export function authorizationRecorder() {
  const tokens = [];
  let rejected = 0;
  const sendTimesMs = [];
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const token = request.headers.get('authorization')?.replace(/^Bearer /i, '');
      if (token !== undefined && tokens.at(-1) !== token) tokens.push(token);
      const startedAt = performance.now();
      const response = await fetch(request);
      const isMessage = request.method === 'POST' && request.url.endsWith('/chat');
      if (isMessage && response.ok) sendTimesMs.push(performance.now() - startedAt);
      if (response.status === 401) rejected += 1;
      return response;
    },
    /** How many requests of the client got a 401. */
    rejected: () => rejected,
    /** The round-trip time of each successful message. */
    sendTimesMs: () => sendTimesMs,
    token: () => tokens.at(-1),
    tokens: () => tokens,
  };
}

/** When a token expires, in milliseconds since the epoch. */
export function expiryOf(token) {
  const payload = Buffer.from(token.split('.')[1], 'base64url').toString();
  return JSON.parse(payload).exp * 1000;
}

/** The status of a request with this token, sent without the client. */
export async function statusWith(url, token) {
  const response = await fetch(`${url}/api/v1/stats/messages`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  return response.status;
}
