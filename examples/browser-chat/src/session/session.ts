import { ChatClient, type Credentials, webStorageTokenStore } from '@chat/client';
import { Journal } from '../line/journal.js';
import { Plug } from '../line/plug.js';

/** Somebody who is logged in, and all that the page has for them. */
export interface Session {
  username: string;
  client: ChatClient;
  plug: Plug;
  journal: Journal;
  /** Has the server refuse the token from now on. */
  expireToken(): Promise<void>;
  logout(): Promise<void>;
}

export interface Backend {
  baseUrl: string;
  /** A way to make all tokens expire, where there is one; else the token is given back behind the client's back. */
  expireTokens?: () => void;
}

const nameKey = 'harbour-desk.name';
const tokens = webStorageTokenStore({ key: 'harbour-desk.token' });

/** @throws whatever `login` throws */
export async function logIn(backend: Backend, credentials: Credentials): Promise<Session> {
  const session = openSession(backend, credentials.username, credentials);
  try {
    await tokens.clear();
    await session.client.login();
  } catch (error) {
    await session.client.close();
    throw error;
  }
  localStorage.setItem(nameKey, credentials.username);
  return session;
}

/** Who was logged in when the page was left. The password is never kept, so the token is all there is. */
export async function resume(backend: Backend): Promise<Session | undefined> {
  const username = localStorage.getItem(nameKey);
  if (username === null || (await tokens.get()) === undefined) return undefined;
  return openSession(backend, username, undefined);
}

function openSession(
  backend: Backend,
  username: string,
  credentials: Credentials | undefined,
): Session {
  const plug = new Plug();
  const journal = new Journal();
  const client = new ChatClient({
    baseUrl: backend.baseUrl,
    ...(credentials && { credentials }),
    tokenStore: tokens,
    WebSocket: plug.webSocketClass(),
    hooks: journal.hooks,
    logger: journal.logger,
  });
  return {
    username,
    client,
    plug,
    journal,
    async expireToken() {
      if (backend.expireTokens !== undefined) return backend.expireTokens();
      const token = await tokens.get();
      await fetch(`${backend.baseUrl}/api/v1/logout`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token?.accessToken}` },
      });
    },
    async logout() {
      localStorage.removeItem(nameKey);
      // The token is forgotten also when nobody could be told.
      await client.logout().catch(() => {});
      await client.close();
    },
  };
}
