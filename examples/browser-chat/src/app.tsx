import { useState } from 'react';
import { Desk } from './desk.js';
import { LoginForm } from './session/login-form.js';
import { type Backend, logIn, type Session } from './session/session.js';

/** Either the form to log in, or the desk. */
export function App({ backend, resumed }: { backend: Backend; resumed: Session | undefined }) {
  const [session, setSession] = useState(resumed);
  const [notice, setNotice] = useState<string>();

  if (session === undefined) {
    const onLogin = async (credentials: { username: string; password: string }) => {
      setSession(await logIn(backend, credentials));
    };
    return <LoginForm key={notice} notice={notice} onLogin={onLogin} />;
  }
  const leave = (why?: string) => {
    void session.logout();
    setNotice(why);
    setSession(undefined);
  };
  return <Desk session={session} onLeave={leave} />;
}
