import { ChatClient } from '@chat/client';
import Chat from './store-chat.svelte';

// The component is compiled by Svelte 4, where a component is a class.
const Component = Chat as unknown as new (options: {
  target: Element;
  props: { client: ChatClient };
}) => { $destroy(): void };

const client = new ChatClient({
  baseUrl: new URLSearchParams(location.search).get('backend') ?? '',
  credentials: { username: 'ada', password: 's3cret' },
});
let component: InstanceType<typeof Component>;
window.mount = () => {
  component = new Component({ target: document.body, props: { client } });
};
window.unmount = () => component.$destroy();
