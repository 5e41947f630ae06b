// A proxy in front of Prism, which records the violations that Prism reports.
import { createServer, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Prism adds the path of the document's server itself. */
const apiPath = '/api/v1';

/** The types of an invalid request; all other types mean an invalid response. */
const requestErrors =
  /#(UNPROCESSABLE_ENTITY|UNAUTHORIZED|NO_PATH_MATCHED_ERROR|NO_METHOD_MATCHED_ERROR|INVALID_CONTENT_TYPE)$/;

/**
 * Each call goes to Prism, which forwards it to the server and validates the request and the response. A request that
 * Prism rejects is sent to the server, too: the server must also reject it.
 *
 * @param {{ prism: string, upstream: string }} urls
 * @returns {Promise<{ url: string, validated: () => number, violations: string[], close: () => void }>}
 */
export async function openViolationProxy({ prism, upstream }) {
  const violations = [];
  let validated = 0;
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch(() => {
      // The caller sees a network error as it would without Prism.
      outgoing.destroy();
    });
  });

  async function forward(incoming, outgoing) {
    const body = await buffer(incoming);
    const { method, url } = incoming;
    const call = `${method} ${url}`;
    if (!url.startsWith(`${apiPath}/`)) throw new Error(`${call} is not in the API.`);
    validated += 1;
    const response = await send(prism + url.slice(apiPath.length), incoming, body);
    const verdict = prismVerdict(response);
    if (verdict === 'unreachable') throw new Error('The server is unreachable.');
    if (verdict === undefined) return respond(outgoing, response);
    if (verdict === 'response') {
      violations.push(`${call}\n    ${response.body}`);
      return respond(outgoing, response);
    }
    const direct = await send(upstream + url, incoming, body);
    if (direct.status < 400) {
      violations.push(
        `${call} is forbidden by the document, and the server responded ${direct.status}\n    ${response.body}`,
      );
    }
    respond(outgoing, direct);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    validated: () => validated,
    violations,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What Prism reports; `undefined` when it forwarded the response of the server. */
function prismVerdict({ headers, body }) {
  if (!headers.some((text) => text.startsWith('application/problem+json'))) return undefined;
  const { type = '' } = JSON.parse(String(body));
  if (type === 'FetchError') return 'unreachable';
  return requestErrors.test(type) ? 'request' : 'response';
}

function send(url, { method, rawHeaders }, body) {
  const headers = omitHeaders(
    /^(host|connection|transfer-encoding|content-length|accept-encoding)$/i,
    rawHeaders,
  );
  if (body.length > 0) headers.push('content-length', String(body.length));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method, headers: toHeaderRecord(headers), agent: false },
      (response) => {
        const { statusCode, rawHeaders: received } = response;
        const kept = omitHeaders(
          /^(connection|keep-alive|transfer-encoding|access-control-.*)$/i,
          received,
        );
        buffer(response).then(
          (bytes) => resolve({ status: statusCode, headers: kept, body: bytes }),
          reject,
        );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

function respond(outgoing, { status, headers, body }) {
  outgoing.writeHead(status, headers).end(body);
}

/** Names and values alternate, as in Node's `rawHeaders`. */
function omitHeaders(names, rawHeaders) {
  return rawHeaders.filter((_, i) => !names.test(rawHeaders[i - (i % 2)]));
}

function toHeaderRecord(rawHeaders) {
  const headers = {};
  for (let i = 0; i < rawHeaders.length; i += 2) headers[rawHeaders[i]] = rawHeaders[i + 1];
  return headers;
}
