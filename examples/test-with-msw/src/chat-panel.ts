import { type ChatClient, isChatError, type StateChange } from '@chat/client';

/**
 * A conversation: messages, a line that says how the connection is, a form, and what went wrong with it. What is said goes out over
 * HTTP, what is shown comes in over a socket.
 *
 * @returns how to take it down again
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

  const socket = client.connect({ backoff: { minMs: 10, maxMs: 5_000 } });
  socket.on('state', (change) => {
    status.textContent = describe(change);
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
      // What was typed stays, to be sent again.
      alert.textContent = explain(error);
    }
  });

  return () => {
    socket.close();
    root.replaceChildren();
  };
}

function describe({ state }: StateChange): string {
  if (state === 'open') return 'Connected';
  if (state === 'closed') return 'Disconnected';
  return state === 'waiting' ? 'Connection lost, coming back…' : 'Connecting…';
}

function explain(error: unknown): string {
  if (isChatError(error, 'rate_limited')) {
    return `Too many messages: try again in ${Math.ceil(error.retryAfterMs / 1000)} s.`;
  }
  return isChatError(error)
    ? 'That was not sent. Try again?'
    : 'Something is wrong with this page.';
}
