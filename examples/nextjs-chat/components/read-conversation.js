import { ChatClient } from '@chat/client';

/** The user of the cookie and the newest messages, or undefined: then the page loads everything in the browser. */
export async function readConversation(baseUrl, cookie) {
  if (cookie === undefined) return undefined;
  try {
    const { accessToken, username } = JSON.parse(cookie);
    // One for each request: it belongs to one user.
    const client = new ChatClient({ baseUrl, token: accessToken });
    const { messages } = await client.chat.history({ pageSize: 50 });
    await client.close();
    const shown = messages.map(({ id, role, content }) => ({ key: id, role, content }));
    // The history is newest first.
    return { username, messages: shown.toReversed() };
  } catch (error) {
    // Such as an expired token.
    console.warn(error.message);
    return undefined;
  }
}
