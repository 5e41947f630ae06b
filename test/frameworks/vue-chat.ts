import type { ChatClient } from '@chat/client';
import { useChat } from '@chat/client/vue';
import { defineComponent, h, ref } from 'vue';

export const VueChat = defineComponent(
  ({ client }: { client: ChatClient }) => {
    const { messages, outgoing, reply, connection, history, send, loadOlder } = useChat(client);
    const draft = ref('');
    const submit = (event: Event) => {
      event.preventDefault();
      void send(draft.value);
    };
    const onInput = ({ target }: Event) => {
      draft.value = (target as HTMLInputElement).value;
    };
    const list = (tag: string, all: readonly { key: string; content: string }[]) =>
      h(
        tag,
        all.map(({ key, content }) => h('li', { key }, content)),
      );
    return () =>
      h('div', [
        history.value.hasOlder ? h('button', { onClick: loadOlder }, 'Older') : undefined,
        list('ol', messages.value),
        list('ul', outgoing.value),
        reply.value ? h('output', reply.value.content) : undefined,
        h('p', { role: 'status' }, connection.value.state),
        h('form', { onSubmit: submit }, [
          h('input', { 'aria-label': 'Message', onInput }),
          h('button', 'Send'),
        ]),
      ]);
  },
  { props: ['client'] },
);
