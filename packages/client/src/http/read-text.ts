import { readInParts } from './read-in-parts.js';

/**
 * `readInParts`, but a response without events is decoded at once: Node takes much longer to decode it in parts. The loop is
 * like the one of `readInParts`, because a loop for both would add bytes to every page.
 */
export const readText: typeof readInParts = async (response, maxBytes, onText) => {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | undefined | null;
  const hasEvents = response.headers.get('content-type')?.startsWith('text/event-stream');
  if (hasEvents || !body?.getReader) return readInParts(response, maxBytes, onText);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new TextDecoder().decode(joined(chunks, length));
    chunks.push(value);
    length += value.length;
    if (length > maxBytes) {
      reader.cancel().catch(() => {});
      return undefined;
    }
  }
};

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  // Most bodies arrive in one part, which needs no copy.
  if (first?.length === length) return first;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
