'use client';

import { isChatError } from '@chat/client';
import { useState } from 'react';
import { useHydrated } from './use-hydrated.js';

export function LoginForm({ client }) {
  const [problem, setProblem] = useState('');
  const isHydrated = useHydrated();
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
      <button type="submit" disabled={!isHydrated}>
        Log in
      </button>
      {problem && <p role="alert">{problem}</p>}
    </form>
  );
}
