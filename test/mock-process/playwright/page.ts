import { ChatClient } from '@chat/client';

/** Set by the fixture. */
declare global {
  interface Window {
    chatUrl: string;
  }
}

const credentials = { username: 'ada', password: 's3cret' };
const socket = new ChatClient({ baseUrl: window.chatUrl, credentials }).connect();
const list = document.body.appendChild(document.createElement('ul'));
const input = document.body.appendChild(document.createElement('input'));
socket.on('message', ({ content }) => {
  list.appendChild(document.createElement('li')).textContent = content;
});
input.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') void socket.send(input.value);
});
