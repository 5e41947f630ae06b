import { ChatClient, webStorageTokenStore } from '@chat/client';

/** One for the page. The user logs in with the form. */
export const client = new ChatClient({
  baseUrl: new URLSearchParams(location.search).get('server') ?? 'http://localhost:3000',
  tokenStore: webStorageTokenStore(),
});
