import { ChatClient } from '@chat/client';
import { mountChatPanel } from './chat-panel.js';

// With `?mock` the page needs no server.
if (new URLSearchParams(location.search).has('mock')) {
  const { startMock } = await import('./start-mock.js');
  await startMock(location.origin);
}

const client = new ChatClient({
  baseUrl: location.origin,
  credentials: { username: 'ada', password: 's3cret' },
});
mountChatPanel(document.querySelector('main') as HTMLElement, client);
