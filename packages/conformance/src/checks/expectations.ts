import { headers, serverHeaders } from '@chat/contract';
import { messagesOf, type Probe, type ProbeResponse, type WireMessage } from '../probe.js';
import { tokenLifetimeMs } from '../token.js';

/** A text that no other check sends. A check uses it to find its own messages among the user's. */
export function unique(text: string): string {
  return `${text} (${crypto.randomUUID()})`;
}

export function expectMessageShape(probe: Probe, message: WireMessage): void {
  probe.expect(
    message.role === 'user' || message.role === 'assistant',
    `a message's role must be "user" or "assistant", got ${JSON.stringify(message.role)}`,
  );
  probe.expect(typeof message.content === 'string', "a message's content must be a string");
  probe.expect(typeof message.timestamp === 'string', "a message's timestamp must be a string");
}

/** The user's newest message with this content; a violation when it is missing. */
export function findMessage(
  probe: Probe,
  messages: readonly WireMessage[],
  content: string,
): WireMessage {
  const found = messages.find((message) => message.content === content && message.role === 'user');
  probe.expect(found !== undefined, `the message ${JSON.stringify(content)} must be present`);
  return found as WireMessage;
}

/** The reply in a response of `POST /chat`: its last message. */
export function replyOf(probe: Probe, response: ProbeResponse): WireMessage {
  const reply = messagesOf(response).at(-1);
  probe.expect(reply?.role === 'assistant', 'the last of "messages" must be the reply');
  return reply as WireMessage;
}

/** The `id` of a message; a violation when it is missing. */
export function idOf(probe: Probe, message: WireMessage): string {
  probe.expect(typeof message.id === 'string' && message.id !== '', 'a message needs an "id"');
  return message.id as string;
}

export function base64Url(value: object | Uint8Array): string {
  const bytes =
    value instanceof Uint8Array ? value : new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** A new token, and a function that waits until it has expired. */
export async function expiringToken(
  probe: Probe,
): Promise<{ token: string; expire(): Promise<void> }> {
  const issued = await probe.login();
  const token = probe.harness.shortenToken?.(issued) ?? issued;
  const lifetimeMs = tokenLifetimeMs(token);
  probe.expect(lifetimeMs !== undefined, 'the token must be a JWT with "iat" and "exp"');
  return { token, expire: () => probe.wait((lifetimeMs as number) + 1000) };
}

/** `true` when the response repeats an earlier one with the same key. */
export function replayHeader({ headers }: ProbeResponse): string | null {
  return headers.get(serverHeaders.idempotencyReplayed);
}

/** The header of a call that may be repeated. */
export function keyHeader(value: string): Record<string, string> {
  return { [headers.idempotencyKey]: value };
}

/** Expects that the deltas are the reply, from its start and without gaps. */
export function expectDeltas(
  probe: Probe,
  deltas: readonly { content: string; offset?: unknown }[],
  reply: string,
): void {
  probe.expect(deltas.length > 0, 'there must be deltas');
  let text = '';
  for (const { content, offset } of deltas) {
    probe.expectEqual(offset, text.length, "a delta's offset");
    text += content;
  }
  probe.expectEqual(text, reply, 'the joined deltas');
}
