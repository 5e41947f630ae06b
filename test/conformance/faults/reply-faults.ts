import {
  editBody,
  type Fault,
  onRoute,
  type ProxiedResponse,
  responseJson,
  withoutRequestHeader,
} from './fault.js';

const shiftDeltaOffsets = (response: ProxiedResponse): ProxiedResponse => ({
  ...response,
  body: response.body.replace(/"offset":\d+/g, '"offset":1'),
});

const isStream = (response: ProxiedResponse) =>
  response.headers['content-type']?.startsWith('text/event-stream') === true;

export const replyFaults: readonly Fault[] = [
  {
    ruleId: 'SSE-1',
    behaviour: 'responds with JSON',
    hooks: () => ({ request: (request) => withoutRequestHeader(request, 'accept') }),
  },
  {
    ruleId: 'SSE-1',
    behaviour: 'counts offsets from 1',
    hooks: onRoute('/chat', shiftDeltaOffsets),
  },
  {
    ruleId: 'SSE-2',
    behaviour: 'sends each error as an event',
    hooks: () => ({
      response: (response, request) => {
        if (request.headers.accept !== 'text/event-stream' || isStream(response)) return response;
        const data = JSON.stringify({ status: response.status, ...responseJson(response) });
        const headers = { 'content-type': 'text/event-stream' };
        return { status: 200, headers, body: `event: error\ndata: ${data}\n\n` };
      },
    }),
  },
  {
    ruleId: 'SSE-3',
    behaviour: 'repeats only the message event',
    hooks: () => ({
      response: (response) =>
        response.headers['idempotency-replayed'] === 'true'
          ? { ...response, body: response.body.replace(/event: delta\ndata: .*\n\n/g, '') }
          : response,
    }),
  },
  {
    ruleId: 'STOP-1',
    behaviour: 'does not mark a stopped reply',
    hooks: () => ({
      response: (response, request) =>
        request.path.endsWith('/chat')
          ? { ...response, body: response.body.replaceAll(',"stopped":true', '') }
          : response,
    }),
  },
  {
    ruleId: 'STOP-2',
    behaviour: 'answers 404 without a reply in progress',
    hooks: onRoute('/chat/stop', (response) =>
      responseJson(response).stopped === false ? { ...response, status: 404 } : response,
    ),
  },
  {
    ruleId: 'STOP-3',
    behaviour: 'sends no status for a reply without text',
    hooks: () => ({
      frameOut: (frame) => (frame.data.event === 'stopped' ? undefined : frame),
    }),
  },
  {
    ruleId: 'STOP-4',
    behaviour: 'ignores stop frames',
    hooks: () => ({
      frameIn: (frame) => (String(frame).includes('"type":"stop"') ? undefined : frame),
    }),
  },
  {
    ruleId: 'STOP-5',
    behaviour: 'claims to have stopped the reply of another user',
    hooks: onRoute('/chat/stop', (response) =>
      editBody(response, (body) => ({ ...body, stopped: true })),
    ),
  },
  {
    ruleId: 'REGEN-1',
    behaviour: 'answers the other reply instead of the question',
    hooks: onRoute('/chat/regenerate', (response) => ({
      ...response,
      body: response.body.replaceAll(/"replyTo":"[^"]*"/g, '"replyTo":"another"'),
    })),
  },
  {
    ruleId: 'REGEN-2',
    behaviour: 'answers an unknown message with 400',
    hooks: onRoute('/chat/regenerate', (response) =>
      response.status === 404 ? { ...response, status: 400 } : response,
    ),
  },
  {
    ruleId: 'REGEN-3',
    behaviour: 'rejects the message of another user with 403',
    hooks: onRoute('/chat/regenerate', (response) =>
      response.status === 404 ? { ...response, status: 403 } : response,
    ),
  },
  {
    ruleId: 'NEW-1',
    behaviour: 'continues the earlier session',
    hooks: () => {
      let sessionId: unknown;
      return {
        response: (response, request) => {
          const { messages } = responseJson(response) as { messages?: { sessionId?: string }[] };
          sessionId ??= messages?.at(-1)?.sessionId;
          if (request.method !== 'POST' || !request.path.endsWith('/sessions')) return response;
          const session = responseJson(response).session as object;
          return editBody(response, () => ({ session: { ...session, id: sessionId } }));
        },
      };
    },
  },
  {
    ruleId: 'STREAM-2',
    behaviour: 'sends no offset',
    hooks: () => ({
      frameOut: ({ type, data: { offset: _, ...data } }) => ({ type, data }) as never,
    }),
  },
  {
    ruleId: 'STREAM-3',
    behaviour: 'sends no text so far',
    hooks: () => ({
      frameOut: (frame, socket) =>
        socket.index > 1 && frame.data.event === 'delta' && frame.data.offset === 0
          ? undefined
          : frame,
    }),
  },
  {
    ruleId: 'STREAM-4',
    behaviour: 'sends "typing" only to sockets that received the question',
    hooks: () => {
      const received = new Set<unknown>();
      return {
        frameOut: (frame) => {
          received.add(frame.data.id);
          const isLate = frame.data.event === 'typing' && !received.has(frame.data.replyTo);
          return isLate ? undefined : frame;
        },
      };
    },
  },
];
