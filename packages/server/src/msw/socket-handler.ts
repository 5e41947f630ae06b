import { socketPath } from '@chat/contract';
import { type WebSocketHandler, ws } from 'msw';
import type { SocketPeer, SocketSession } from '../chat/api.js';
import { isLargerThan } from '../chat/socket/frame-size.js';
import type { MockSockets } from './mock-sockets.js';
import type { World } from './world.js';

// Kept from before a test fakes its timers: MSW opens a socket a moment after it tells of it.
const soon = globalThis.setTimeout;

export interface SocketDoor {
  readonly baseUrl: string;
  readonly sockets: MockSockets;
  readonly frameMaxBytes: number;
  world(): World;
}

/** The WebSocket of the contract, over the sockets that MSW intercepts. */
export function createSocketHandler(door: SocketDoor): WebSocketHandler {
  const link = ws.link(`${door.baseUrl.replace(/^http/, 'ws')}${socketPath}`);
  return link.addEventListener('connection', ({ client }) => {
    const world = door.world();
    const early: (string | Uint8Array)[] = [];
    let session: SocketSession | undefined;
    let ended = false;

    const end = (code: number, reason: string): void => {
      if (ended) return;
      ended = true;
      client.close(code, reason);
      session?.closed();
    };
    const peer: SocketPeer = {
      send: (text) => {
        if (!ended) client.send(text);
      },
      close: end,
      terminate: () => end(1006, ''),
      bufferedBytes: () => 0,
    };
    client.addEventListener('message', ({ data }) => {
      void toFrame(data).then((frame) => {
        if (ended) return;
        if (isLargerThan(frame, door.frameMaxBytes)) end(1009, 'The frame is too large.');
        else if (session === undefined) early.push(frame);
        else session.received(frame);
      });
    });
    client.addEventListener('close', () => {
      ended = true;
      session?.closed();
    });
    // A socket that is refused before it opened would never open, and a browser could not tell why.
    soon(async () => {
      await world.ready;
      if (ended) return;
      const query = new URL(client.url).searchParams;
      session = world.api.open(peer, {
        token: query.get('token') ?? undefined,
        origin: undefined,
        host: undefined,
        stream: query.get('stream') === '1',
      });
      door.sockets.add(query.get('token') ?? '', { close: end, isOpen: () => !ended });
      for (const frame of early) session.received(frame);
    }, 0);
  });
}

async function toFrame(data: unknown): Promise<string | Uint8Array> {
  if (typeof data === 'string') return data;
  if (data instanceof Blob) return new Uint8Array(await data.arrayBuffer());
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(0);
}
