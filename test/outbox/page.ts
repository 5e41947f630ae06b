import { ChatClient } from '@chat/client';
import { indexedDbOutbox } from '@chat/client/outbox';
import { createChatStore } from '@chat/client/store';

declare global {
  interface Window {
    /** Set by the test. Called when a message is stored in the outbox. */
    reportPersisted(content: string): Promise<void>;
    sendAll(contents: string[]): void;
    /** The state of the connection, and the number of messages that are not confirmed. */
    progress(): [string, number];
  }
}

const client = new ChatClient({
  baseUrl: new URLSearchParams(location.search).get('backend') ?? '',
  credentials: { username: 'ada', password: 's3cret' },
});
const outbox = indexedDbOutbox();
const store = createChatStore(client, {
  outbox: {
    ...outbox,
    async add(message) {
      await outbox.add(message);
      void window.reportPersisted(message.content);
    },
  },
});
store.subscribe(() => {});

window.sendAll = (contents) => {
  for (const content of contents) void store.send(content);
};
window.progress = () => {
  const { connection, outgoing } = store.getSnapshot();
  return [connection.state, outgoing.length];
};
