import { type Credentials, isChatError } from '@chat/client';
import { type FormEvent, useState } from 'react';
import { seconds } from '../line/journal.js';

/** Asks who it is. The demo's own user stands in it already. */
export function LoginForm({
  notice,
  onLogin,
}: {
  /** Why one has to log in again. */
  notice: string | undefined;
  onLogin(credentials: Credentials): Promise<void>;
}) {
  const [problem, setProblem] = useState(notice);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await onLogin({
        username: String(fields.get('username')),
        password: String(fields.get('password')),
      });
    } catch (error) {
      setProblem(explain(error));
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form className="card" onSubmit={submit}>
        <img src="./icon.svg" alt="" width="44" height="44" />
        <h1>Harbour desk</h1>
        <p className="quiet">Trams, the ferry, tickets and lost umbrellas.</p>
        <label>
          Name
          <input name="username" autoComplete="username" defaultValue="ada" required />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            defaultValue="s3cret"
            required
          />
        </label>
        <button type="submit" className="primary" disabled={isBusy}>
          {isBusy ? 'Logging in…' : 'Log in'}
        </button>
        <p role="alert">{problem}</p>
        <p className="hint quiet">This is a demo: its name and password stand there already.</p>
      </form>
    </main>
  );
}

function explain(error: unknown): string {
  if (isChatError(error, 'authentication_failed')) return 'That name and password do not fit.';
  if (isChatError(error, 'rate_limited')) {
    return `Too many tries: again in ${seconds(error.retryAfterMs)}.`;
  }
  return 'The server is out of reach. Try again in a moment.';
}
