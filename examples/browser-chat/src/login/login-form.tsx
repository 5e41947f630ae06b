import { type Credentials, isChatError } from '@chat/client';
import { type FormEvent, useEffect, useState } from 'react';
import { Countdown } from '../chat/countdown.js';

/** The login form, prefilled with the demo user. */
export function LoginForm({
  notice,
  onLogin,
}: {
  /** Why the user has to log in again. */
  notice: string | undefined;
  onLogin(credentials: Credentials): Promise<void>;
}) {
  const [error, setError] = useState(notice);
  const [isBusy, setBusy] = useState(false);
  const [blockedUntil, setBlockedUntil] = useState<number>();
  useEffect(() => {
    if (blockedUntil === undefined) return;
    const timer = setTimeout(() => {
      setBlockedUntil(undefined);
      setError(undefined);
    }, blockedUntil - Date.now());
    return () => clearTimeout(timer);
  }, [blockedUntil]);

  const isDisabled = isBusy || blockedUntil !== undefined;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isDisabled) return;
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await onLogin({
        username: String(fields.get('username')),
        password: String(fields.get('password')),
      });
    } catch (reason) {
      setError(describe(reason));
      if (isChatError(reason, 'rate_limited')) setBlockedUntil(Date.now() + reason.retryAfterMs);
      setBusy(false);
    }
  };

  return (
    <main className="login">
      <form className="card" onSubmit={submit}>
        <img src="./icon.svg" alt="" width="44" height="44" />
        <h1>Harbour desk</h1>
        <p className="muted">Questions about trams, ferries and tickets.</p>
        <label>
          Username
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
        <p role="alert">{error}</p>
        {blockedUntil !== undefined && <Countdown key={blockedUntil} until={blockedUntil} />}
        {/* Not `disabled`: a disabled button loses the focus. */}
        <button type="submit" className="primary" aria-disabled={isDisabled}>
          {isBusy ? 'Logging in…' : 'Log in'}
        </button>
        <p className="hint muted">This is a demo. The username and the password are filled in.</p>
      </form>
    </main>
  );
}

function describe(error: unknown): string {
  if (isChatError(error, 'authentication_failed')) return 'Wrong username or password.';
  // A time, because the text does not change while the countdown runs.
  if (isChatError(error, 'rate_limited')) {
    const time = new Date(Date.now() + error.retryAfterMs).toLocaleTimeString('en-GB');
    return `Too many login attempts. Try again at ${time}.`;
  }
  return 'The server cannot be reached. Try again later.';
}
