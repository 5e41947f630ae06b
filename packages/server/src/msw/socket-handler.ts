import { socketPath } from '@chat/contract';
import { type WebSocketHandler, type WebSocketLink, ws } from 'msw';
import { frameMaxBytes } from '../chat/socket/frame-size.js';
import { readQuery } from './mock-request.js';
import { MswLine } from './msw-line.js';
import { urlPattern } from './url-pattern.js';
import type { World } from './world.js';

// Kept from before a test fakes its timers: MSW opens a socket a moment after it tells of it.
const soon = globalThis.setTimeout;

// Each link of MSW listens to one channel for good, and after ten Node warns of a leak: parallel tests
// that make a mock each share theirs.
const links = new Map<string, WebSocketLink>();

/** The WebSocket of the contract, over the sockets that MSW intercepts. */
export function createSocketHandler(baseUrl: string, worldNow: () => World): WebSocketHandler {
  return linkOf(baseUrl.replace(/^http/, 'ws') + socketPath).addEventListener(
    'connection',
    ({ client }) => {
      const world = worldNow();
      const query = readQuery(new URL(client.url).searchParams);
      // Two tokens are none.
      const token = typeof query.token === 'string' ? query.token : undefined;
      const line = new MswLine(client, token ?? '', () => world.sockets.delete(line));
      world.sockets.add(line);
      const maxBytes = frameMaxBytes(world.limits);
      client.addEventListener('message', ({ data }) => line.received(toFrame(data, maxBytes)));
      // A socket that is refused before it opened would never open, and a browser could not tell why.
      soon(async () => {
        await world.ready;
        line.opened((peer) =>
          world.api.open(peer, {
            token,
            origin: undefined,
            host: undefined,
            stream: query.stream === '1',
          }),
        );
      }, 0);
    },
  );
}

function linkOf(url: string): WebSocketLink {
  const link = links.get(url) ?? ws.link(urlPattern(url));
  links.set(url, link);
  return link;
}

/** A binary frame counts by its size alone: it is refused for that or for being one, whatever is in it. */
function toFrame(data: unknown, maxBytes: number): string | Uint8Array {
  if (typeof data === 'string') return data;
  const { size, byteLength } = data as { size?: number; byteLength?: number };
  return new Uint8Array(Math.min(size ?? byteLength ?? 0, maxBytes + 1));
}
