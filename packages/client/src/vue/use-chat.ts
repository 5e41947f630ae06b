import {
  computed,
  getCurrentInstance,
  type MaybeRefOrGetter,
  onMounted,
  type Ref,
  shallowRef,
  toRaw,
  toValue,
  watchEffect,
} from 'vue';
import type { ChatClient } from '../client.js';
import { actionsOf, createChatStore } from '../store/chat-store.js';
import {
  type ChatActions,
  type ChatStoreOptions,
  type ChatView,
  initialView,
} from '../store/chat-view.js';
import { mapKeys } from '../store/map-keys.js';

/**
 * Options of {@link useChat}: those of `client.connect()`, with `stream` on by default.
 *
 * @example
 * ```ts
 * import { type UseChatOptions, useChat } from '@chat/client/vue';
 *
 * const options: UseChatOptions = { stream: false, queue: { ttlMs: 30_000 } };
 * const { messages } = useChat(client, options);
 * ```
 */
export interface UseChatOptions extends ChatStoreOptions {}

/**
 * The view of the conversation, each field as a ref.
 *
 * @example
 * ```ts
 * import type { ChatRefs } from '@chat/client/vue';
 * import { computed } from 'vue';
 *
 * const useIsOnline = ({ connection }: ChatRefs) => computed(() => connection.value.state === 'open');
 * ```
 */
export type ChatRefs = { readonly [Name in keyof ChatView]: Readonly<Ref<ChatView[Name]>> };

/**
 * The result of {@link useChat}: the view of the conversation as refs, and its actions.
 *
 * @example
 * ```ts
 * import type { UseChat } from '@chat/client/vue';
 * import type { InjectionKey } from 'vue';
 *
 * // `useChat` is called once at the top; components below inject the result.
 * const conversation: InjectionKey<UseChat> = Symbol('conversation');
 * ```
 */
export interface UseChat extends ChatRefs, ChatActions {}

/**
 * The conversation of a client: messages, the reply in progress, the state of the connection, and actions.
 *
 * Components with the same client share one conversation and one socket. The first one that mounts opens the socket, and
 * its options apply; when the last one unmounts, the socket is closed and the messages are discarded. Outside of
 * components it starts at once and ends with its effect scope. On a server, components open nothing and render an
 * empty conversation.
 *
 * @param client one for each user; with a ref or a getter, the conversation changes with the client
 * @param options of the conversation and its socket
 * @throws InvalidOptionError when the component mounts, naming the first invalid option
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { useChat } from '@chat/client/vue';
 * import { defineComponent, h } from 'vue';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 *
 * export const Chat = defineComponent(() => {
 *   const { messages, reply, connection, send } = useChat(client);
 *   return () => [
 *     messages.value.map(({ key, role, content }) => h('p', { key, class: role }, content)),
 *     reply.value && h('p', { key: reply.value.key }, reply.value.content || '…'),
 *     connection.value.state !== 'open' && h('p', { role: 'status' }, 'Connecting…'),
 *     h('button', { type: 'button', onClick: () => void send('Hello') }, 'Say hello'),
 *   ];
 * });
 * ```
 */
export function useChat(
  client: MaybeRefOrGetter<ChatClient>,
  options: UseChatOptions = {},
): UseChat {
  // A deep ref contains a proxy, which has no private fields.
  const store = computed(() => createChatStore(toRaw(toValue(client)), options));
  const view = shallowRef(initialView);
  const start = () =>
    watchEffect(
      (onCleanup) => {
        const { subscribe, getSnapshot } = store.value;
        const update = () => {
          view.value = getSnapshot();
        };
        onCleanup(subscribe(update));
        update();
      },
      { flush: 'sync' },
    );
  // A server never mounts, and the first render in a browser equals that of the server.
  if (getCurrentInstance()) onMounted(start);
  else start();
  return {
    ...mapKeys<ChatRefs>(initialView, (name) => computed(() => view.value[name])),
    ...mapKeys<ChatActions>(
      actionsOf(store.value),
      (name) =>
        (...args: [never]) =>
          store.value[name](...args),
    ),
  };
}
