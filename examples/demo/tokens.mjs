// Looks at the tokens that the client sends, to check what becomes of them.

/** A `fetch` that remembers each token that it carried, and what was answered to it. */
export function authorizationRecorder() {
  const tokens = [];
  let refused = 0;
  const sendTimes = [];
  return {
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const token = request.headers.get('authorization')?.replace(/^Bearer /i, '');
      if (token !== undefined && tokens.at(-1) !== token) tokens.push(token);
      const started = performance.now();
      const answer = await fetch(request);
      const isSend = request.method === 'POST' && request.url.endsWith('/chat');
      if (isSend && answer.ok) sendTimes.push(performance.now() - started);
      if (answer.status === 401) refused += 1;
      return answer;
    },
    /** How many of the client's own calls were answered with 401. */
    refused: () => refused,
    /** How long each answer to a message took on its way here and back, in milliseconds. */
    sendTimes: () => sendTimes,
    token: () => tokens.at(-1),
    tokens: () => tokens,
  };
}

/** When a token expires, in milliseconds since the epoch. */
export function expiryOf(token) {
  const payload = Buffer.from(token.split('.')[1], 'base64url').toString();
  return JSON.parse(payload).exp * 1000;
}

/** What the server says to a plain request with this token, our client left out. */
export async function statusWith(url, token) {
  const answer = await fetch(`${url}/api/v1/stats/messages`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await answer.body?.cancel();
  return answer.status;
}
