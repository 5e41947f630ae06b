import { type ChatClient, isChatError, type SocketStateChange } from '@chat/client';

/**
 * Shows a conversation: messages, the connection state, a form, and errors of the form. Messages are sent over HTTP and received
 * over a socket.
 *
 * @returns a function that removes the panel
 */
export function mountChatPanel(root: HTMLElement, client: ChatClient): () => void {
  root.innerHTML = `
    <ol role="log" aria-label="Conversation"></ol>
    <p role="status"></p>
    <form>
      <input aria-label="Message" required />
      <button>Send</button>
    </form>
    <p role="alert"></p>`;
  const log = root.querySelector('ol') as HTMLOListElement;
  const status = root.querySelector('[role=status]') as HTMLElement;
  const alert = root.querySelector('[role=alert]') as HTMLElement;
  const form = root.querySelector('form') as HTMLFormElement;
  const input = root.querySelector('input') as HTMLInputElement;

  const socket = client.connect({ backoff: { minDelayMs: 10, maxDelayMs: 5_000 } });
  socket.on('state', (change) => {
    status.textContent = describeState(change);
  });
  socket.on('message', ({ role, content }) => {
    const item = document.createElement('li');
    item.dataset.role = role;
    item.textContent = content;
    log.append(item);
  });

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      await client.chat.send(input.value, { return: 'minimal' });
      input.value = '';
      alert.textContent = '';
    } catch (error) {
      // The text stays in the input, so that the user can send it again.
      alert.textContent = describeError(error);
    }
  });

  return () => {
    socket.close();
    root.replaceChildren();
  };
}

function describeState({ state }: SocketStateChange): string {
  if (state === 'open') return 'Connected';
  if (state === 'closed') return 'Disconnected';
  return state === 'waiting' ? 'Reconnecting…' : 'Connecting…';
}

function describeError(error: unknown): string {
  if (isChatError(error, 'rate_limited')) {
    return `Too many messages. Try again in ${Math.ceil(error.retryAfterMs / 1000)} s.`;
  }
  return isChatError(error)
    ? 'The message was not sent. Try again.'
    : 'Unexpected error in this page.';
}
