import { injectChat } from 'guide:other-frameworks.md#Angular';
import { ChatController } from 'guide:other-frameworks.md#Lit';
import { createChat } from 'guide:other-frameworks.md#Solid';
import {
  createEnvironmentInjector,
  type EnvironmentInjector,
  Injector,
  PLATFORM_ID,
  runInInjectionContext,
} from '@angular/core';
import { ChatClient } from '@chat/client';
import type { ChatActions, ChatView } from '@chat/client/store';
import { LitElement } from 'lit';
import { createEffect, createRoot } from 'solid-js';
import * as svelte from 'svelte';
import { createApp, createSSRApp } from 'vue';
import RunesChat from './runes-chat.svelte';
import StoreChat from './store-chat.svelte';
import { VueChat } from './vue-chat.js';

declare global {
  interface Window {
    /** The number of WebSockets so far. */
    socketCount(): number;
    dropConnection(): void;
    mount(): void;
    unmount(): void;
    /** Hydrates server-rendered HTML; returns the warnings of the framework. */
    hydrate(html: string): string[];
  }
}

type Unmount = () => void;

const parameters = new URLSearchParams(location.search);
const sockets: WebSocket[] = [];
const client = new ChatClient({
  baseUrl: parameters.get('backend') ?? '',
  credentials: { username: 'ada', password: 's3cret' },
  WebSocket: class extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  },
});
const element = document.body.appendChild(document.createElement('main'));

/** Shows a view without a framework, for those that are tested without their templates. */
function draw(view: ChatView, { send, loadOlder }: Pick<ChatActions, 'send' | 'loadOlder'>): void {
  const node = (tag: string, content = '', children: Node[] = []) => {
    const created = document.createElement(tag);
    created.textContent = content;
    created.append(...children);
    return created;
  };
  const items = (all: readonly { content: string }[]) =>
    all.map(({ content }) => node('li', content));
  if (element.childElementCount === 0) {
    const input = node('input');
    input.ariaLabel = 'Message';
    const form = node('form', '', [input, node('button', 'Send')]) as HTMLFormElement;
    form.onsubmit = (event) => {
      event.preventDefault();
      void send(form.querySelector('input')?.value ?? '');
    };
    element.append(node('div'), form);
  }
  const older = node('button', 'Older');
  older.onclick = () => void loadOlder();
  const status = node('p', view.connection.state);
  status.role = 'status';
  element.firstElementChild?.replaceChildren(
    ...(view.history.hasOlder ? [older] : []),
    node('ol', '', items(view.messages)),
    node('ul', '', items(view.outgoing)),
    ...(view.reply ? [node('output', view.reply.content)] : []),
    status,
  );
}

const svelteApp = (component: typeof RunesChat) => ({
  mount(): Unmount {
    const mounted = svelte.mount(component, { target: element, props: { client } });
    return () => void svelte.unmount(mounted);
  },
  hydrate: () => void svelte.hydrate(component, { target: element, props: { client } }),
});

class LitChat extends LitElement {
  readonly chat = new ChatController(this, client);
  override update(changed: Map<string, unknown>) {
    super.update(changed);
    draw(this.chat.view, this.chat.store);
  }
}
customElements.define('lit-chat', LitChat);

const frameworks: Record<string, { mount(): Unmount; hydrate?(): void }> = {
  vue: {
    mount() {
      const app = createApp(VueChat, { client });
      app.mount(element);
      return () => app.unmount();
    },
    hydrate: () => void createSSRApp(VueChat, { client }).mount(element),
  },
  'svelte-runes': svelteApp(RunesChat),
  'svelte-store': svelteApp(StoreChat),
  solid: {
    mount: () =>
      createRoot((dispose) => {
        const chat = createChat(client);
        createEffect(() => draw(chat.view(), chat));
        return dispose;
      }),
  },
  angular: {
    mount() {
      const browser = { provide: PLATFORM_ID, useValue: 'browser' };
      const injector = createEnvironmentInjector([browser], Injector.NULL as EnvironmentInjector);
      const chat = runInInjectionContext(injector, () => injectChat(client));
      // Without an application nothing runs effects.
      let shown: ChatView | undefined;
      const timer = setInterval(() => {
        if (shown === chat.view()) return;
        shown = chat.view() as ChatView;
        draw(shown, chat);
      }, 10);
      return () => {
        clearInterval(timer);
        injector.destroy();
      };
    },
  },
  lit: {
    mount() {
      const lit = document.body.appendChild(document.createElement('lit-chat'));
      return () => lit.remove();
    },
  },
};

const framework = frameworks[parameters.get('framework') ?? '']!;
let unmount: Unmount = () => {};
window.socketCount = () => sockets.length;
window.dropConnection = () => sockets.at(-1)?.close();
window.mount = () => {
  unmount = framework.mount();
};
window.unmount = () => unmount();
window.hydrate = (rendered) => {
  const warnings: string[] = [];
  console.warn = console.error = (...args) => warnings.push(args.join(' '));
  element.innerHTML = rendered;
  framework.hydrate?.();
  return warnings;
};
