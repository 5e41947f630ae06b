import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';
import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { InactivityTimeout } from './inactivity-timeout.js';

/** The text of a body as it arrives. A reader that stops closes the connection. */
export async function* readText(
  body: IncomingMessage,
  timeout: InactivityTimeout,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of decompress(body)) {
      yield decoder.decode(bytes, { stream: true });
    }
  } catch (error) {
    if (timeout.signal.aborted) throw timeout.signal.reason;
    throw new AssistantEndpointError(
      `The connection to the assistant's endpoint was lost${networkErrorCode(error)}.`,
    );
  }
  yield decoder.decode();
}

/** Some gateways compress every response, although the request does not ask for it. */
function decompress(body: IncomingMessage): Readable {
  const encoding = body.headers['content-encoding']?.toLowerCase();
  if (encoding === 'br') return pipeline(body, createBrotliDecompress(), () => {});
  const isCompressed = encoding === 'gzip' || encoding === 'deflate';
  return isCompressed ? pipeline(body, createUnzip(), () => {}) : body;
}

/** At least the first `length` characters of a body. */
export async function readPrefix(
  body: IncomingMessage,
  timeout: InactivityTimeout,
  length: number,
): Promise<string> {
  let text = '';
  for await (const part of readText(body, timeout)) {
    timeout.reset();
    text += part;
    if (text.length >= length) break;
  }
  return text;
}

/** The code of a network error, such as ` (ECONNREFUSED)`: it says more than the message. */
export function networkErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
