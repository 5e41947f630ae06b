// The frames of our server, without a chat.

/** The three frames that follow one message. */
export function responseFrames({ content, id }) {
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

/** Sent to the other sockets of a user after one has read a message. */
export function readReceiptFrame({ id }) {
  const content = 'The messages up to this one were read.';
  const timestamp = new Date().toISOString();
  return { type: 'status', data: { role: 'system', timestamp, event: 'read', content, id } };
}
