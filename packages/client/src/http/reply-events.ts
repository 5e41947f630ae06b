import { validateReplyDelta } from '@chat/contract';
import type { ReplyDelta } from '../types/models.js';

/** The status and the body that an ordinary response would have had. */
export type StreamResult = readonly [status: number, text: string];

/**
 * Reads a streamed response (server-sent events, section 9.2 of the HTML standard). The returned function is called
 * with each chunk of the text; it returns the result as soon as the stream contains it.
 */
export function createReplyEventReader(onDelta: (delta: ReplyDelta) => void) {
  let previous = '';
  let rest = '';
  let event = '';
  let data = '';
  return (chunk: string): StreamResult | undefined => {
    // Without a line break nothing ends. To read the collected text for each chunk of a long line would be slow.
    const canEnd = /[\r\n]/.test(previous + chunk);
    previous = chunk;
    if (!canEnd) {
      rest += chunk;
      return undefined;
    }
    // The next chunk may begin with the second half of `\r\n`.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      const [, field, value = ''] = /^(event|data)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'event') event = value;
      else if (field) data += `${value}\n`;
      if (line) continue;
      try {
        if (event === 'delta') {
          const delta = JSON.parse(data);
          if (!validateReplyDelta(delta)) onDelta(delta);
        }
        if (event === 'error') return [JSON.parse(data).status || 500, data];
      } catch {
        // The result does not depend on deltas: `message` contains the whole reply.
      }
      if (event === 'message') return [200, data];
      event = data = '';
    }
    return undefined;
  };
}

export type ReplyEventReader = ReturnType<typeof createReplyEventReader>;
