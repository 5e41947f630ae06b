import { errorFrame, rateLimitFrame } from '../../domain/sockets/status-frames.js';
import type { MockBackend } from './mock-backend.js';
import { MockPeer, type MockTransport } from './mock-peer.js';
import { readQuery } from './mock-request.js';
import { parseObject } from './parse-object.js';

/** The request of a WebSocket, as an adapter received it. */
export interface MockSocketRequest {
  readonly query: URLSearchParams;
  readonly origin: string | undefined;
  readonly host: string | undefined;
}

/**
 * Adds a WebSocket to the mock.
 * @param whenOpen resolves when the client can receive a close frame
 */
export function openMockSocket(
  backend: MockBackend,
  transport: MockTransport,
  request: MockSocketRequest,
  whenOpen: Promise<void>,
): MockPeer {
  const query = readQuery(request.query);
  // Two tokens are invalid.
  const token = typeof query.token === 'string' ? query.token : undefined;
  const peer: MockPeer = new MockPeer(
    transport,
    token ?? '',
    () => backend.sockets.delete(peer),
    (frame) => replayRejection(backend, peer, transport, frame),
  );
  backend.sockets.add(peer);
  void Promise.all([whenOpen, backend.ready]).then(() => {
    const { origin, host } = request;
    peer.opened((accepted) =>
      backend.api.open(accepted, { token, origin, host, stream: query.stream === '1' }),
    );
  });
  return peer;
}

/** Sends the recorded rejection of a message, after its delay. Returns whether there is one. */
function replayRejection(
  backend: MockBackend,
  peer: MockPeer,
  transport: MockTransport,
  frame: string | Uint8Array,
): boolean {
  if (!backend.isReplay || typeof frame !== 'string') return false;
  const { type, content, id } = parseObject(frame);
  const frameId = typeof id === 'string' ? id : undefined;
  const rejection =
    type === 'message' ? backend.takeRejection(peer.token, content, 'socket') : undefined;
  if (rejection === undefined) return false;
  const { delayMs, error = '', rateLimited } = rejection.event;
  setTimeout(() => {
    if (!peer.isOpen()) return;
    const now = backend.now();
    transport.send(
      rateLimited === undefined
        ? errorFrame(now, error, frameId)
        : rateLimitFrame(now, 'Too many messages; wait.', rateLimited, frameId),
    );
  }, delayMs);
  return true;
}
