import { isChatError } from '@chat/client';
import { useEffect, useState } from 'react';
import { Chat } from './chat.jsx';
import { client } from './client.js';

export function App() {
  const [user, setUser] = useState(client.user);
  useEffect(() => client.onAuthChange((change) => setUser(change.user)), []);
  if (!user) return <LoginForm />;
  const logOut = () => client.logout().catch(console.warn);
  return (
    <main>
      <p>
        {user.username}{' '}
        <button type="button" onClick={logOut}>
          Log out
        </button>
      </p>
      <Chat key={user.username} />
    </main>
  );
}

function LoginForm() {
  const [problem, setProblem] = useState('');
  const logIn = async (event) => {
    event.preventDefault();
    const { username, password } = Object.fromEntries(new FormData(event.target));
    setProblem('');
    try {
      await client.login({ username, password });
    } catch (error) {
      setProblem(
        isChatError(error, 'authentication_failed')
          ? 'The username or the password is wrong.'
          : error.message,
      );
    }
  };
  return (
    <form onSubmit={logIn}>
      <label>
        Username <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit">Log in</button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
