'use client';

import { useMemo, useSyncExternalStore } from 'react';
import { Chat } from './chat.jsx';
import { clientFor } from './client.js';
import { LoginForm } from './login-form.jsx';

/** @param stored the user and the messages that the server knows, for the first rendering */
export function App({ baseUrl, stored }) {
  const client = useMemo(() => clientFor(baseUrl), [baseUrl]);
  const username = useSyncExternalStore(
    (listener) => client.onAuthChange(listener),
    () => client.user?.username,
    () => stored?.username,
  );
  if (username === undefined) return <LoginForm client={client} />;
  const logOut = () => client.logout().catch(console.warn);
  return (
    <main>
      <p>
        {username}{' '}
        <button type="button" onClick={logOut}>
          Log out
        </button>
      </p>
      <Chat client={client} stored={stored?.username === username ? stored.messages : []} />
    </main>
  );
}
