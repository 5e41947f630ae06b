import { cookies } from 'next/headers';
import { App } from '../components/app.jsx';
import { readConversation } from '../components/read-conversation.js';
import { signInCookie } from '../components/sign-in-cookie.js';

/** Runs on the server: the first messages are in the HTML. */
export default async function Page() {
  const baseUrl = process.env.CHAT_SERVER_URL ?? 'http://localhost:3000';
  const cookie = (await cookies()).get(signInCookie)?.value;
  return <App baseUrl={baseUrl} stored={await readConversation(baseUrl, cookie)} />;
}
