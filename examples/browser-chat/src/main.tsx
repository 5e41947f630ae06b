import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { type Backend, resume } from './session/session.js';
import './style/theme.css';
import './style/layout.css';
import './style/chat.css';
import './style/panels.css';

const root = createRoot(document.getElementById('root') as HTMLElement);
// Without the last slash: the client adds its paths to it.
const baseUrl = new URL('.', document.baseURI).href.replace(/\/$/, '');
const withMock =
  import.meta.env.MODE === 'mock' || new URLSearchParams(location.search).has('mock');

async function openBackend(): Promise<Backend> {
  if (!withMock) return { baseUrl: location.origin };
  const { startMock } = await import('./mock.js');
  return startMock(baseUrl);
}

try {
  const backend = await openBackend();
  const resumed = withMock ? undefined : await resume(backend);
  root.render(
    <StrictMode>
      <App backend={backend} resumed={resumed} />
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <main className="login">
      <p role="alert">This page could not start: {String(error)}</p>
    </main>,
  );
}
