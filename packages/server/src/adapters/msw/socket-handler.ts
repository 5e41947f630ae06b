import { socketPath } from '@chat/contract';
import { type WebSocketHandler, type WebSocketLink, ws } from 'msw';
import { frameMaxBytes } from '../../domain/sockets/frame-size.js';
import type { MockBackend } from '../../mock/backend/mock-backend.js';
import { openMockSocket } from '../../mock/backend/open-mock-socket.js';
import { createMswTransport } from './msw-transport.js';
import { urlPattern } from './url-pattern.js';

// Saved before a test fakes the timers: MSW opens a socket after its connection event.
const realSetTimeout = globalThis.setTimeout;

// MSW never removes the channel listener of a link, and Node warns of a leak after ten; so mocks of one URL share a link.
const links = new Map<string, WebSocketLink>();

/** The WebSocket route, for sockets that MSW intercepts. */
export function createSocketHandler(
  baseUrl: string,
  currentBackend: () => MockBackend,
): WebSocketHandler {
  return sharedLink(baseUrl.replace(/^http/, 'ws') + socketPath).addEventListener(
    'connection',
    ({ client }) => {
      const backend = currentBackend();
      // A socket rejected before it opens would hide the close code from the client.
      const whenOpen = new Promise<void>((resolve) => realSetTimeout(resolve, 0));
      const request = {
        query: new URL(client.url).searchParams,
        origin: undefined,
        host: undefined,
      };
      const peer = openMockSocket(backend, createMswTransport(client), request, whenOpen);
      const maxBytes = frameMaxBytes(backend.limits);
      client.addEventListener('message', ({ data }) => peer.received(toFrame(data, maxBytes)));
      client.addEventListener('close', () => peer.markClosed());
    },
  );
}

function sharedLink(url: string): WebSocketLink {
  const link = links.get(url) ?? ws.link(urlPattern(url));
  links.set(url, link);
  return link;
}

/** Binary frames are always rejected, so that only their size matters. */
function toFrame(data: unknown, maxBytes: number): string | Uint8Array {
  if (typeof data === 'string') return data;
  const { size, byteLength } = data as { size?: number; byteLength?: number };
  return new Uint8Array(Math.min(size ?? byteLength ?? 0, maxBytes + 1));
}
