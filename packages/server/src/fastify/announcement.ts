import { headers, httpExtensions } from '@chat/contract';

const extensions = httpExtensions.join(', ');

/** The headers that every answer carries, whoever gives it. */
export function announcement(requestId: string): Record<string, string> {
  return { [headers.requestId]: requestId, [headers.extensions]: extensions };
}
