import { ChatClient, type Credentials, webStorageTokenStore } from '@chat/client';
import { sharedWebSocket } from '@chat/client/tabs';
import { EventLog } from '../failures/event-log.js';
import { NetworkSwitch } from '../failures/network-switch.js';

/** A logged-in user, with the objects that belong to the login. */
export interface LoggedInUser {
  username: string;
  client: ChatClient;
  network: NetworkSwitch;
  eventLog: EventLog;
  /** Makes the server reject the current token from now on. */
  expireToken(): Promise<void>;
  logout(): Promise<void>;
}

export interface Backend {
  baseUrl: string;
  /** Expires all tokens, if the backend can. Otherwise the page revokes the token without informing the client. */
  expireTokens?: () => void;
}

const tokens = webStorageTokenStore({ key: 'harbour-desk.token' });

/** @throws the errors of `ChatClient.login` */
export async function logIn(backend: Backend, credentials: Credentials): Promise<LoggedInUser> {
  const user = createUser(backend, credentials.username);
  try {
    await user.client.login(credentials);
  } catch (error) {
    await user.client.close();
    throw error;
  }
  return user;
}

/** The user who was logged in before a reload. Only the token was stored, not the password. */
export function resume(backend: Backend): LoggedInUser | undefined {
  const user = createUser(backend, '');
  const username = user.client.user?.username;
  if (username !== undefined) return { ...user, username };
  void user.client.close();
  return undefined;
}

function createUser(backend: Backend, username: string): LoggedInUser {
  const network = new NetworkSwitch();
  const eventLog = new EventLog();
  const isMock = backend.expireTokens !== undefined;
  const client = new ChatClient({
    baseUrl: backend.baseUrl,
    tokenStore: tokens,
    // All tabs share one connection. With the mock, each tab has a backend of its own.
    WebSocket: network.webSocketClass(isMock ? undefined : sharedWebSocket()),
    hooks: eventLog.hooks,
    logger: eventLog.logger,
  });
  return {
    username,
    client,
    network,
    eventLog,
    async expireToken() {
      if (backend.expireTokens !== undefined) return backend.expireTokens();
      const token = await tokens.get();
      await fetch(`${backend.baseUrl}/api/v1/logout`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token?.accessToken}` },
      });
    },
    async logout() {
      // The client removes its token even if the server cannot be reached.
      await client.logout().catch(() => {});
      await client.close();
    },
  };
}
