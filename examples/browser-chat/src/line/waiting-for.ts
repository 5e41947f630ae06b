import type { UseChat } from '@chat/client/react';

export interface Waiting {
  /** For people, without a figure that changes each second. */
  sentence: string;
  /** When it is over, in milliseconds since the epoch, where that is known. */
  until?: number;
}

/** What the conversation waits for now. */
export function waitingFor({ connection, heldUntil, outgoing, reply }: UseChat): Waiting {
  const { state, retryAt, code } = connection;
  const sending = outgoing.filter((message) => message.state === 'sending').length;
  const kept = sending > 0 ? ` ${plural(sending)}.` : '';
  switch (state) {
    case 'connecting':
      return { sentence: `Waiting for a token and the server’s greeting.${kept}` };
    case 'waiting': {
      const sentence = `The line broke${code ? ` (${code})` : ''} and is dialled again.${kept}`;
      return retryAt === undefined ? { sentence } : { sentence, until: retryAt };
    }
    case 'closed':
      return { sentence: 'The line is closed for good.' };
  }
  if (heldUntil !== undefined && sending > 0) {
    return { sentence: `The limit is reached.${kept}`, until: heldUntil };
  }
  if (reply !== undefined) return { sentence: 'The desk is writing.' };
  if (sending > 0) return { sentence: 'Waiting for the server to store what was said.' };
  return { sentence: 'Waiting for nothing.' };
}

function plural(count: number): string {
  return count === 1 ? '1 message waits' : `${count} messages wait`;
}
