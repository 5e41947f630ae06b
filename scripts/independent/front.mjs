// Stands before Prism and judges what it says.
import { createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** The document's server: Prism puts it before each path itself, and is asked without it. */
const apiPath = '/api/v1';

/** What Prism finds wrong with a request; all else that it finds is wrong with an answer. */
const requestErrors =
  /#(UNPROCESSABLE_ENTITY|UNAUTHORIZED|NO_PATH_MATCHED_ERROR|NO_METHOD_MATCHED_ERROR|INVALID_CONTENT_TYPE)$/;

/**
 * Every call goes to Prism, which passes it on to the server and holds both ways against the document. A request that
 * the document forbids goes to the server after all: the server has to refuse it too.
 *
 * @param {{ prism: string, upstream: string }} urls
 * @returns {Promise<{ url: string, judged: () => number, violations: string[], close: () => void }>}
 */
export async function openFront({ prism, upstream }) {
  const violations = [];
  let judged = 0;
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => {
      // What breaks on the way is to the caller what it is without Prism: a line that broke.
      outgoing.destroy();
    });
  });

  async function pass(incoming, outgoing) {
    const body = await buffer(incoming);
    const { method, url } = incoming;
    const what = `${method} ${url}`;
    if (!url.startsWith(`${apiPath}/`)) throw new Error(`${what} is not of the API.`);
    judged += 1;
    const answer = await call(prism + url.slice(apiPath.length), incoming, body);
    const verdict = verdictOf(answer);
    if (verdict === 'unreachable') throw new Error('The server is gone.');
    if (verdict === undefined) return reply(outgoing, answer);
    if (verdict === 'answer') {
      violations.push(`${what}\n    ${answer.body}`);
      return reply(outgoing, answer);
    }
    const own = await call(upstream + url, incoming, body);
    if (own.status < 400) {
      violations.push(
        `${what} is forbidden by the document, and was answered ${own.status}\n    ${answer.body}`,
      );
    }
    reply(outgoing, own);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    judged: () => judged,
    violations,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What Prism itself has to say; `undefined` when it let the server's answer through. */
function verdictOf({ headers, body }) {
  if (!headers.some((text) => text.startsWith('application/problem+json'))) return undefined;
  const { type = '' } = JSON.parse(String(body));
  if (type === 'FetchError') return 'unreachable';
  return requestErrors.test(type) ? 'request' : 'answer';
}

function call(url, { method, rawHeaders }, body) {
  const headers = without(
    /^(host|connection|transfer-encoding|content-length|accept-encoding)$/i,
    rawHeaders,
  );
  if (body.length > 0) headers.push('content-length', String(body.length));
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers: pairs(headers), agent: false }, (response) => {
      const { statusCode, rawHeaders: given } = response;
      const own = without(/^(connection|keep-alive|transfer-encoding|access-control-.*)$/i, given);
      buffer(response).then(
        (bytes) => resolve({ status: statusCode, headers: own, body: bytes }),
        reject,
      );
    });
    asked.on('error', reject).end(body);
  });
}

function reply(outgoing, { status, headers, body }) {
  outgoing.writeHead(status, headers).end(body);
}

/** Names and values in turn, as Node gives them. */
function without(names, rawHeaders) {
  return rawHeaders.filter((_, i) => !names.test(rawHeaders[i - (i % 2)]));
}

function pairs(rawHeaders) {
  const headers = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]] = rawHeaders[i + 1];
  return headers;
}
