import type { Fault, FaultySocket, Frame } from './fault.js';

const text = (frame: string | Buffer) => (typeof frame === 'string' ? frame : '');

function parsed(frame: string | Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text(frame));
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

/** A fault in the frames of one event. */
const swallow = (event: string) => () => ({
  frameOut: (frame: Frame) => (frame.data.event === event ? undefined : frame),
});

const keepsOpen = (code: number) => () => ({
  close: (given: number) => (given === code ? undefined : given),
});

export const socketFaults: readonly Fault[] = [
  {
    rule: 'WS-1',
    does: 'opens for any token',
    hooks: () => {
      let good = '';
      return {
        dial: ({ query }) => {
          if (good === '') good = query.get('token') ?? '';
          query.set('token', good);
        },
      };
    },
  },
  {
    rule: 'WS-2',
    does: 'takes every origin',
    hooks: () => ({
      dial: (dialled) => {
        dialled.origin = undefined;
      },
    }),
  },
  { rule: 'WS-3', does: 'opens a fourth socket', limits: { socketsPerUser: 4 } },
  {
    rule: 'WS-4',
    does: 'answers a frame and stores nothing',
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
    rule: 'WS-5',
    does: 'shows a message only where it was sent from',
    hooks: () => {
      const sent = new Map<string, FaultySocket>();
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
    rule: 'WS-6',
    does: 'keeps REST and sockets apart',
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
    rule: 'WS-7',
    does: 'closes at the first bad frame',
    hooks: () => ({
      frameIn: (frame, socket) => {
        if (isMessage(frame)) return frame;
        socket.closeClient(1003);
        return undefined;
      },
    }),
  },
  {
    rule: 'WS-8',
    does: 'never has enough of bad frames',
    hooks: () => ({
      frameIn: (frame, socket) => {
        if (isMessage(frame)) return frame;
        socket.toClient(status('error', 'That was no frame.'));
        return undefined;
      },
    }),
  },
  {
    rule: 'WS-9',
    does: 'swallows a frame that is too large',
    hooks: () => ({ frameIn: (frame) => (frame.length > 2 ** 20 ? undefined : frame) }),
  },
  { rule: 'WS-10', does: 'keeps sockets after a logout', hooks: keepsOpen(4401) },
  { rule: 'WS-11', does: 'keeps sockets of expired tokens', hooks: keepsOpen(4401) },
  {
    rule: 'WS-12',
    does: 'stops with 1000',
    hooks: () => ({ close: (code) => (code === 1012 ? 1000 : code) }),
  },
  {
    rule: 'WS-13',
    does: 'gives sockets an allowance of their own',
    limits: { messagesPerWindow: 120 },
  },
  // The proxy itself answers every ping, so a dead client stays alive for the backend.
  { rule: 'WS-14', does: 'never notices a dead client', hooks: () => ({}) },
  { rule: 'WS-15', does: 'lets frames pile up for ever', limits: { outboxMaxBytes: 1e12 } },
  {
    rule: 'GREET-1',
    does: 'greets as the assistant',
    hooks: () => ({
      frameOut: (frame) =>
        frame.data.event === 'connected'
          ? { ...frame, data: { ...frame.data, role: 'assistant' } }
          : frame,
    }),
  },
  {
    rule: 'ACK-1',
    does: 'never says clientId',
    hooks: () => ({
      frameOut: ({ type, data }) => {
        const { clientId: _, ...rest } = data;
        return { type, data: rest as Frame['data'] };
      },
    }),
  },
  {
    rule: 'ACK-2',
    does: 'stores a repeated frame again',
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
    rule: 'ACK-3',
    does: 'keeps frame ids apart from Idempotency-Keys',
    hooks: () => ({
      frameIn: (frame) => {
        const { id, ...rest } = parsed(frame);
        return id === undefined ? frame : JSON.stringify({ ...rest, id: `${String(id)}#ws` });
      },
      frameOut: (frame) => withoutMark(frame),
    }),
  },
  { rule: 'BEAT-1', does: 'has no heartbeat', hooks: swallow('heartbeat') },
  { rule: 'TYPE-1', does: 'never says that it types', hooks: swallow('typing') },
  {
    rule: 'STREAM-1',
    does: 'gives the whole reply so far in each delta',
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
    rule: 'READ-1',
    does: 'ignores receipts',
    hooks: () => ({ frameIn: (frame) => (parsed(frame).type === 'read' ? undefined : frame) }),
  },
  {
    rule: 'RATE-1',
    does: 'does not say how long to wait',
    hooks: () => ({
      frameOut: ({ type, data }) => {
        const { retryAfterMs: _, ...rest } = data;
        return { type, data: rest as Frame['data'] };
      },
    }),
  },
  {
    rule: 'BAD-1',
    does: 'does not say which frame was bad',
    hooks: () => ({
      frameOut: (frame) => {
        if (frame.data.event !== 'error') return frame;
        const { id: _, ...rest } = frame.data;
        return { ...frame, data: rest as Frame['data'] };
      },
    }),
  },
];

/** Takes away what a fault added to a frame's id on its way in. */
function withoutMark(frame: Frame): Frame {
  const { clientId } = frame.data;
  if (typeof clientId !== 'string') return frame;
  return { ...frame, data: { ...frame.data, clientId: clientId.split('#')[0] } };
}
