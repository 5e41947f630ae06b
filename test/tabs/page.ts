import { ChatClient, type ChatSocket, webStorageTokenStore } from '@chat/client';
import { sharedWebSocket } from '@chat/client/tabs';

declare global {
  interface Window {
    /** Starts the chat of this tab. */
    start(options: TabOptions): void;
    socket: ChatSocket;
    client: ChatClient;
    /** The contents of all messages, in the order of their delivery. */
    contents: string[];
    /** The ids of read receipts of other tabs. */
    receipts: string[];
    /** The states of the socket so far. */
    states: string[];
    /** The outcome of the last `attempt`: what it resolved with, or the code of its error. */
    outcome: string | undefined;
    /** Starts an action whose outcome is interesting later. */
    attempt(action: () => Promise<unknown>): void;
    /** Sends messages one after the other: the next one when the one before is stored. */
    sendInTurn(contents: string[]): Promise<void>;
    /** Whether this tab owns the connection. */
    isLeader(): Promise<boolean>;
    /** The clock of the page is ahead by this time. */
    clockAheadMs: number;
    /** The tokens of the sockets that this tab opened through a proxy, and how far its clock was ahead then. */
    proxiedSockets: { token: string | null; clockAheadMs: number }[];
  }
}

export interface TabOptions {
  backend: string;
  username?: string;
  stream?: boolean;
  /** The tab shows a login form: it connects when somebody has logged in here or in another tab. */
  hasForm?: boolean;
  /** The token is only in the memory of the tab: its user is independent of the other tabs. */
  ownToken?: boolean;
  /** The port of a proxy for WebSockets; requests do not use it. */
  socketPort?: number;
  /** The tab has a connection of its own. */
  ownSocket?: boolean;
  /** The least time between two attempts to connect. */
  minDelayMs?: number;
}

window.contents = [];
window.receipts = [];
window.states = [];
window.clockAheadMs = 0;
window.proxiedSockets = [];

const systemNow = Date.now;
Date.now = () => systemNow() + window.clockAheadMs;

window.start = ({
  backend,
  username = 'ada',
  stream = false,
  hasForm = false,
  ownToken = false,
  socketPort,
  ownSocket = false,
  minDelayMs,
}) => {
  if (socketPort !== undefined) {
    window.WebSocket = class extends WebSocket {
      constructor(url: string | URL) {
        const proxied = Object.assign(new URL(url), { port: socketPort });
        const token = proxied.searchParams.get('token');
        window.proxiedSockets.push({ token, clockAheadMs: window.clockAheadMs });
        super(proxied);
      }
    };
  }
  window.client = new ChatClient({
    baseUrl: backend,
    credentials: hasForm ? undefined : { username, password: 's3cret' },
    tokenStore: ownToken ? undefined : webStorageTokenStore({ storage: localStorage }),
    WebSocket: ownSocket ? undefined : sharedWebSocket(),
  });
  const connect = () => {
    window.socket = window.client.connect({
      stream,
      backoff: minDelayMs === undefined ? undefined : { minDelayMs, maxDelayMs: 2 * minDelayMs },
    });
    window.socket.on('message', ({ content }) => window.contents.push(content));
    window.socket.on('read', ({ id = '' }) => window.receipts.push(id));
    window.socket.on('state', ({ state }) => window.states.push(state));
  };
  if (hasForm) window.client.onAuthChange(({ reason }) => reason === 'login' && connect());
  else connect();
};

window.attempt = (action) => {
  window.outcome = undefined;
  action().then(
    () => {
      window.outcome = 'done';
    },
    (error) => {
      window.outcome = String(error.code);
    },
  );
};

window.sendInTurn = async (contents) => {
  for (const content of contents) await window.socket.send(content);
};

// A page does not know its client id, so it finds it at a lock of its own.
window.isLeader = () => {
  const own = `own-${Math.random()}`;
  return navigator.locks.request(own, async () => {
    const { held = [] } = await navigator.locks.query();
    const clientId = held.find(({ name }) => name === own)?.clientId;
    return held.some((lock) => lock.clientId === clientId && lock.name?.startsWith('chat-socket'));
  });
};
