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
    /** The number of WebSockets so far. */
    socketCount(): number;
    dropConnection(): void;
    mount(): void;
    /** Mounts a component that creates a client for the user and logs it out when it unmounts, as in the guide. */
    mountFor(username: string): void;
    unmount(): void;
    /** Hydrates server-rendered HTML; returns the errors from which React recovered. */
    hydrate(html: string): string[];
    /** Renders many components in a transition. */
    renderInTransition(): Promise<RenderCounts>;
    /** Whether the transition has started. */
    isRendering: boolean;
  }
}

/** How many different message lists the components of one long render had. */
interface RenderCounts {
  rendered: number;
  committed: number;
}

const sockets: WebSocket[] = [];
const createClient = (username: string) =>
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
const client = createClient('ada');

let root: Root | undefined;
const element = document.body.appendChild(document.createElement('main'));

function UserChat({ user }: { user: string }) {
  const client = useMemo(() => createClient(user), [user]);
  useEffect(() => () => void client.logout().catch(console.warn), [client]);
  return createElement(Conversation, { key: user, client });
}

window.socketCount = () => sockets.length;
window.dropConnection = () => sockets.at(-1)?.close();
window.mount = () => {
  root = createRoot(element);
  root.render(createElement(StrictMode, undefined, createElement(Conversation, { client })));
};
window.mountFor = (user) => {
  root ??= createRoot(element);
  root.render(createElement(StrictMode, undefined, createElement(UserChat, { user })));
};
window.unmount = () => root?.unmount();
window.hydrate = (html) => {
  const recovered: string[] = [];
  element.innerHTML = html;
  root = hydrateRoot(element, createElement(Conversation, { client }), {
    onRecoverableError: (error) => recovered.push(String(error)),
  });
  return recovered;
};

interface ObservedCounts {
  /** The message counts in all renders since the last commit. */
  readonly rendered: Set<number>;
  /** The message counts in committed renders. */
  readonly committed: Set<number>;
}

/** Renders slowly until a new message arrives, so that React yields between two components and the message arrives then. */
function Slow({ observed }: { observed: ObservedCounts }) {
  const { messages } = useChat(client);
  window.isRendering = true;
  observed.rendered.add(messages.length);
  const until = performance.now() + (observed.rendered.size > 1 ? 0 : 6);
  while (performance.now() < until);
  useLayoutEffect(() => {
    observed.committed.add(messages.length);
  });
  return null;
}

function TransitionRender({ report }: { report(counts: RenderCounts): void }) {
  const [rows, setRows] = useState(0);
  const [observed] = useState<ObservedCounts>({ rendered: new Set(), committed: new Set() });
  // Runs after the layout effects of all rows of the commit.
  useLayoutEffect(() => {
    if (rows > 0) report({ rendered: observed.rendered.size, committed: observed.committed.size });
  }, [rows, observed, report]);
  // Enough rows for 60 s, so that the message arrives before the last one, also on a busy machine. The rows after the
  // message cost almost nothing.
  useLayoutEffect(() => startTransition(() => setRows(10_000)), []);
  return Array.from({ length: rows }, (_, key) => createElement(Slow, { key, observed }));
}

window.isRendering = false;
window.renderInTransition = () =>
  new Promise((resolve) => {
    createRoot(document.body.appendChild(document.createElement('div'))).render(
      createElement(TransitionRender, { report: resolve }),
    );
  });
