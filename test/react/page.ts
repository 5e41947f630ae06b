import { ChatClient } from '@chat/client';
import { useChat } from '@chat/client/react';
import {
  createElement,
  StrictMode,
  startTransition,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { Conversation } from './conversation.js';

declare global {
  interface Window {
    /** How many WebSockets were made so far. */
    dials(): number;
    cutLine(): void;
    mount(): void;
    /** The same for a client that is made for the user and logged out with the component, as in the guide. */
    mountFor(username: string): void;
    unmount(): void;
    /** Takes over what a server rendered; resolves with what React had to mend. */
    hydrate(html: string): string[];
    /** Renders something long in a transition. */
    renderAtLeisure(): Promise<Leisure>;
  }
}

/** How many different conversations the components of one long render saw. */
interface Leisure {
  rendered: number;
  committed: number;
}

const sockets: WebSocket[] = [];
const clientOf = (username: string) =>
  new ChatClient({
    baseUrl: new URLSearchParams(location.search).get('backend') ?? '',
    credentials: { username, password: 's3cret' },
    WebSocket: class extends WebSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    },
  });
const client = clientOf('ada');

let root: Root | undefined;
const element = document.body.appendChild(document.createElement('main'));

function ChatOf({ user }: { user: string }) {
  const client = useMemo(() => clientOf(user), [user]);
  useEffect(() => () => void client.logout().catch(console.warn), [client]);
  return createElement(Conversation, { key: user, client });
}

window.dials = () => sockets.length;
window.cutLine = () => sockets.at(-1)?.close();
window.mount = () => {
  root = createRoot(element);
  root.render(createElement(StrictMode, undefined, createElement(Conversation, { client })));
};
window.mountFor = (user) => {
  root ??= createRoot(element);
  root.render(createElement(StrictMode, undefined, createElement(ChatOf, { user })));
};
window.unmount = () => root?.unmount();
window.hydrate = (html) => {
  const mended: string[] = [];
  element.innerHTML = html;
  root = hydrateRoot(element, createElement(Conversation, { client }), {
    onRecoverableError: (error) => mended.push(String(error)),
  });
  return mended;
};

interface Look {
  /** How many messages components saw, in whatever was rendered since the last commit. */
  readonly rendered: Set<number>;
  /** The same of what was committed. */
  readonly committed: Set<number>;
}

/** Takes its time until a message came, so that the renderer pauses between two of them and the message comes there. */
function Slow({ look }: { look: Look }) {
  const { messages } = useChat(client);
  look.rendered.add(messages.length);
  const until = performance.now() + (look.rendered.size > 1 ? 0 : 6);
  while (performance.now() < until);
  useLayoutEffect(() => {
    look.committed.add(messages.length);
  });
  return null;
}

function AtLeisure({ tell }: { tell(leisure: Leisure): void }) {
  const [rows, setRows] = useState(0);
  const [look] = useState<Look>({ rendered: new Set(), committed: new Set() });
  // After the layout effects of all rows of one commit.
  useLayoutEffect(() => {
    if (rows > 0) tell({ rendered: look.rendered.size, committed: look.committed.size });
  }, [rows, look, tell]);
  useLayoutEffect(() => startTransition(() => setRows(400)), []);
  return Array.from({ length: rows }, (_, key) => createElement(Slow, { key, look }));
}

window.renderAtLeisure = () =>
  new Promise((resolve) => {
    createRoot(document.body.appendChild(document.createElement('div'))).render(
      createElement(AtLeisure, { tell: resolve }),
    );
  });
