import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { keepFocus } from './controls/keep-focus.js';
import { type Backend, resume } from './login/logged-in-user.js';
import './style/theme.css';
import './style/layout.css';
import './style/chat.css';
import './style/controls.css';
import './style/login.css';
import './style/markdown.css';
import './style/messages.css';
import './style/panels.css';

const element = document.getElementById('root') as HTMLElement;
keepFocus(element);
const root = createRoot(element);
// Without a trailing slash, because the client appends paths that start with one.
const baseUrl = new URL('.', document.baseURI).href.replace(/\/$/, '');
const useMock = import.meta.env.MODE === 'mock' || new URLSearchParams(location.search).has('mock');

async function createBackend(): Promise<Backend> {
  if (!useMock) return { baseUrl: location.origin };
  const { startMock } = await import('./mock.js');
  return startMock(baseUrl);
}

try {
  const backend = await createBackend();
  const initialUser = useMock ? undefined : resume(backend);
  root.render(
    <StrictMode>
      <App backend={backend} initialUser={initialUser} />
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <main className="login">
      <p role="alert">The page could not start: {String(error)}</p>
    </main>,
  );
}
