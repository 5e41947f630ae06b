// The frames of our server, made here without a chat behind them.

/** The three that one message is answered with. */
export function answers({ content, id }) {
  const timestamp = new Date().toISOString();
  const stored = {
    content,
    timestamp,
    id: '01a204db-bddd-7d30-b845-091657d186d5',
    sessionId: 'session',
  };
  return [
    { type: 'message', data: { role: 'user', ...stored, status: 'sent', clientId: id } },
    {
      type: 'status',
      data: { role: 'assistant', event: 'typing', content: 'The assistant is typing.', timestamp },
    },
    { type: 'message', data: { role: 'assistant', ...stored, status: 'delivered' } },
  ];
}

/** What a user's other sockets are told when one has read a message. */
export function readNotice({ id }) {
  const content = 'The messages up to this one were read.';
  const timestamp = new Date().toISOString();
  return { type: 'status', data: { role: 'system', timestamp, event: 'read', content, id } };
}
