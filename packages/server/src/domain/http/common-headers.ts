import { headers, httpExtensions } from '@chat/contract';

const extensions = httpExtensions.join(', ');

/** The headers that an adapter sends with every response. */
export function commonHeaders(requestId: string): Record<string, string> {
  return { [headers.requestId]: requestId, [headers.extensions]: extensions };
}
