import { AssistantEndpointError } from './assistant-endpoint-error.js';
import type { Patience } from './patience.js';

/** A body as it comes. Whoever stops reading closes the connection. */
export async function* bytesOf(
  response: Response,
  patience: Patience,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw patience.signal.aborted ? patience.signal.reason : brokenOff(error);
      });
      if (done) return;
      patience.heard();
      yield value;
    }
  } finally {
    // It may have failed already, and nobody is interested in that twice.
    reader.cancel().catch(() => {});
  }
}

/** The first `maxLength` characters of a body, and whether that is all of it. */
export async function startOf(
  response: Response,
  patience: Patience,
  maxLength: number,
): Promise<{ text: string; whole: boolean }> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of bytesOf(response, patience)) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > maxLength) return { text: text.slice(0, maxLength), whole: false };
  }
  return { text: text + decoder.decode(), whole: true };
}

function brokenOff(error: unknown): AssistantEndpointError {
  return new AssistantEndpointError(
    `The connection to the assistant's endpoint broke off${codeOf(error)}.`,
  );
}

/** What the network says of a failure, such as ` (ECONNREFUSED)`; its sentences say less. */
export function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? ` (${code})` : '';
}
