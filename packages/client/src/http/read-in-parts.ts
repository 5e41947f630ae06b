import type { FetchResponse } from '../types/platform.js';

/**
 * Reads the body, or stops and returns `undefined` when it has more than `maxBytes`. Not with `text()`, which would read
 * an endless body until the memory is full. `onText` is called with each chunk; when it returns true, the rest of the
 * body is not read.
 */
export async function readInParts(
  response: FetchResponse,
  maxBytes: number,
  onText?: (chunk: string) => unknown,
): Promise<string | undefined> {
  const body = response.body as Partial<ReadableStream<Uint8Array>> | undefined | null;
  // React Native has no streams.
  if (!body?.getReader) {
    const text = await response.text();
    onText?.(text);
    return text.length > maxBytes ? undefined : text;
  }
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.length;
    const chunk = decoder.decode(value, { stream: true });
    text += chunk;
    if (bytes > maxBytes || onText?.(chunk)) {
      reader.cancel().catch(() => {});
      return bytes > maxBytes ? undefined : text;
    }
  }
}
