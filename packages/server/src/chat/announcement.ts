import { headers, httpExtensions } from '@chat/contract';

const extensions = httpExtensions.join(', ');

/** The headers that a door puts on every answer, whoever gives it. */
export function announcement(requestId: string): Record<string, string> {
  return { [headers.requestId]: requestId, [headers.extensions]: extensions };
}
