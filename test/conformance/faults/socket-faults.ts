import type { Fault, Frame, ProxiedSocket } from './fault.js';

const asText = (frame: string | Buffer) => (typeof frame === 'string' ? frame : '');

function parsed(frame: string | Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(asText(frame));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const isMessage = (frame: string | Buffer) => typeof parsed(frame).content === 'string';

function status(event: string, content: string): Frame {
  const timestamp = new Date(0).toISOString();
  return { type: 'status', data: { role: 'system', event, content, timestamp } };
}

function message(role: string, content: string): Frame {
  return { type: 'message', data: { role, content, timestamp: new Date(0).toISOString() } };
}

/** Drops all frames of one event. */
const dropEvent = (event: string) => () => ({
  frameOut: (frame: Frame) => (frame.data.event === event ? undefined : frame),
});

const keepsOpen = (code: number) => () => ({
  close: (given: number) => (given === code ? undefined : given),
});

export const socketFaults: readonly Fault[] = [
  {
    ruleId: 'WS-1',
    behaviour: 'opens for any token',
    hooks: () => {
      let validToken = '';
      return {
        upgrade: ({ query }) => {
          if (validToken === '') validToken = query.get('token') ?? '';
          query.set('token', validToken);
        },
      };
    },
  },
  {
    ruleId: 'WS-2',
    behaviour: 'accepts every origin',
    hooks: () => ({
      upgrade: (handshake) => {
        handshake.origin = undefined;
      },
    }),
  },
  { ruleId: 'WS-3', behaviour: 'opens a fourth socket', limits: { socketsPerUser: 4 } },
  {
    ruleId: 'WS-4',
    behaviour: 'answers a frame and stores nothing',
    hooks: () => ({
      frameIn: (frame, socket) => {
        const { content } = parsed(frame);
        if (typeof content !== 'string') return frame;
        socket.toClient(message('user', content));
        socket.toClient(message('assistant', 'Made up'));
        return undefined;
      },
    }),
  },
  {
    ruleId: 'WS-5',
    behaviour: 'sends a message only to the socket it came from',
    hooks: () => {
      const sent = new Map<string, ProxiedSocket>();
      return {
        frameIn: (frame, socket) => {
          sent.set(String(parsed(frame).content), socket);
          return frame;
        },
        frameOut: (frame, socket) =>
          frame.data.role === 'user' && sent.get(frame.data.content) !== socket ? undefined : frame,
      };
    },
  },
  {
    ruleId: 'WS-6',
    behaviour: 'does not send REST messages to sockets',
    hooks: () => {
      const sent = new Set<string>();
      return {
        frameIn: (frame) => {
          sent.add(String(parsed(frame).content));
          return frame;
        },
        frameOut: (frame) =>
          frame.data.role === 'user' && !sent.has(frame.data.content) ? undefined : frame,
      };
    },
  },
  {
    ruleId: 'WS-7',
    behaviour: 'closes at the first invalid frame',
    hooks: () => ({
      frameIn: (frame, socket) => {
        if (isMessage(frame)) return frame;
        socket.closeClient(1003);
        return undefined;
      },
    }),
  },
  {
    ruleId: 'WS-8',
    behaviour: 'accepts any number of invalid frames',
    hooks: () => ({
      frameIn: (frame, socket) => {
        if (isMessage(frame)) return frame;
        socket.toClient(status('error', 'The frame is invalid.'));
        return undefined;
      },
    }),
  },
  {
    ruleId: 'WS-9',
    behaviour: 'drops a frame that is too large',
    hooks: () => ({ frameIn: (frame) => (frame.length > 2 ** 20 ? undefined : frame) }),
  },
  { ruleId: 'WS-10', behaviour: 'keeps sockets open after a logout', hooks: keepsOpen(4401) },
  { ruleId: 'WS-11', behaviour: 'keeps sockets of expired tokens open', hooks: keepsOpen(4401) },
  {
    ruleId: 'WS-12',
    behaviour: 'closes with 1000 when it stops',
    hooks: () => ({ close: (code) => (code === 1012 ? 1000 : code) }),
  },
  {
    ruleId: 'WS-13',
    behaviour: 'has a separate rate limit for sockets',
    limits: { messagesPerWindow: 120 },
  },
  // The proxy itself answers every ping, so the backend sees no dead client.
  { ruleId: 'WS-14', behaviour: 'never detects a dead client', hooks: () => ({}) },
  {
    ruleId: 'WS-15',
    behaviour: 'buffers frames without a limit',
    limits: { outboxMaxBytes: 1e12 },
  },
  {
    ruleId: 'GREET-1',
    behaviour: 'greets as the assistant',
    hooks: () => ({
      frameOut: (frame) =>
        frame.data.event === 'connected'
          ? { ...frame, data: { ...frame.data, role: 'assistant' } }
          : frame,
    }),
  },
  {
    ruleId: 'ACK-1',
    behaviour: 'omits clientId',
    hooks: () => ({
      frameOut: ({ type, data }) => {
        const { clientId: _, ...rest } = data;
        return { type, data: rest as Frame['data'] };
      },
    }),
  },
  {
    ruleId: 'ACK-2',
    behaviour: 'stores a repeated frame again',
    hooks: () => {
      let frames = 0;
      return {
        frameIn: (frame) => {
          const { id, ...rest } = parsed(frame);
          if (id === undefined) return frame;
          frames += 1;
          return JSON.stringify({ ...rest, id: `${String(id).slice(0, 40)}#${frames}` });
        },
        frameOut: (frame) => withoutMark(frame),
      };
    },
  },
  {
    ruleId: 'ACK-3',
    behaviour: 'separates frame ids from Idempotency-Keys',
    hooks: () => ({
      frameIn: (frame) => {
        const { id, ...rest } = parsed(frame);
        return id === undefined ? frame : JSON.stringify({ ...rest, id: `${String(id)}#ws` });
      },
      frameOut: (frame) => withoutMark(frame),
    }),
  },
  { ruleId: 'BEAT-1', behaviour: 'sends no heartbeat', hooks: dropEvent('heartbeat') },
  { ruleId: 'TYPE-1', behaviour: 'sends no "typing"', hooks: dropEvent('typing') },
  {
    ruleId: 'TYPE-2',
    behaviour: 'does not name the question',
    hooks: () => ({
      frameOut: (frame) => {
        const { replyTo: _, ...data } = frame.data;
        return frame.data.event === 'typing' ? { ...frame, data } : frame;
      },
    }),
  },
  {
    ruleId: 'STREAM-1',
    behaviour: 'sends the whole reply so far in each delta',
    hooks: () => {
      let whole = '';
      return {
        frameOut: (frame) => {
          if (frame.data.event !== 'delta') return frame;
          whole += `${frame.data.content}…`;
          return { ...frame, data: { ...frame.data, content: whole } };
        },
      };
    },
  },
  {
    ruleId: 'READ-1',
    behaviour: 'ignores receipts',
    hooks: () => ({ frameIn: (frame) => (parsed(frame).type === 'read' ? undefined : frame) }),
  },
  {
    ruleId: 'RATE-1',
    behaviour: 'omits retryAfterMs',
    hooks: () => ({
      frameOut: ({ type, data }) => {
        const { retryAfterMs: _, ...rest } = data;
        return { type, data: rest as Frame['data'] };
      },
    }),
  },
  {
    ruleId: 'BAD-1',
    behaviour: 'omits the id of an invalid frame',
    hooks: () => ({
      frameOut: (frame) => {
        if (frame.data.event !== 'error') return frame;
        const { id: _, ...rest } = frame.data;
        return { ...frame, data: rest as Frame['data'] };
      },
    }),
  },
];

/** Removes the suffix that a fault added to the id of a sent frame. */
function withoutMark(frame: Frame): Frame {
  const { clientId } = frame.data;
  if (typeof clientId !== 'string') return frame;
  return { ...frame, data: { ...frame.data, clientId: clientId.split('#')[0] } };
}
