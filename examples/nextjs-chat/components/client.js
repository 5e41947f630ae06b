'use client';

import { ChatClient, webStorageTokenStore } from '@chat/client';
import { signInCookie } from './sign-in-cookie.js';

let pageClient;

/** One for the page. On the server one for each rendering, which never logs in. */
export function clientFor(baseUrl) {
  if (typeof window === 'undefined') return new ChatClient({ baseUrl });
  pageClient ??= new ChatClient({ baseUrl, tokenStore: tokenStore() });
  return pageClient;
}

/** The token is in `localStorage` for the page, and in a cookie for the server of the page. */
function tokenStore() {
  const store = webStorageTokenStore();
  const setCookie = (value, attributes = '') => {
    const secure = location.protocol === 'https:' ? '; secure' : '';
    // biome-ignore lint/suspicious/noDocumentCookie: not every supported browser has the Cookie Store API.
    document.cookie = `${signInCookie}=${value}; path=/; samesite=strict${secure}${attributes}`;
  };
  return {
    ...store,
    set(token) {
      const { accessToken, username } = token;
      setCookie(encodeURIComponent(JSON.stringify({ accessToken, username })));
      return store.set(token);
    },
    clear() {
      setCookie('', '; max-age=0');
      return store.clear();
    },
  };
}
