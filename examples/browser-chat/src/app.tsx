import { useCallback, useState } from 'react';
import { type Backend, type LoggedInUser, logIn } from './login/logged-in-user.js';
import { LoginForm } from './login/login-form.js';
import { MainScreen } from './main-screen.js';

/** The login form, or the main screen. */
export function App({
  backend,
  initialUser,
}: {
  backend: Backend;
  initialUser: LoggedInUser | undefined;
}) {
  const [user, setUser] = useState(initialUser);
  const [notice, setNotice] = useState<string>();

  const onSignedOut = useCallback((reason: string | undefined) => {
    setNotice(reason);
    setUser(undefined);
  }, []);

  if (user === undefined) {
    const onLogin = async (credentials: { username: string; password: string }) => {
      setUser(await logIn(backend, credentials));
    };
    return <LoginForm key={notice} notice={notice} onLogin={onLogin} />;
  }
  return <MainScreen user={user} onSignedOut={onSignedOut} />;
}
