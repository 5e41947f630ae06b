// The script of a page that stays connected.
import { ChatClient, type ChatSocket } from '@chat/client';

declare global {
  interface Window {
    connect(username: string): void;
    socket: ChatSocket;
  }
}

window.connect = (username) => {
  const client = new ChatClient({
    baseUrl: location.origin,
    credentials: { username, password: 's3cret' },
  });
  window.socket = client.connect();
};
