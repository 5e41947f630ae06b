import { headers } from '@chat/contract';
import { type Answer, messagesOf, type Probe, type WireMessage } from '../probe.js';

// What several checks look for, said once.

/** A text that no other check has sent: how a check finds its own messages among the user's. */
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

/** The newest message of the user's with this content; its absence is a violation. */
export function find(probe: Probe, messages: readonly WireMessage[], content: string): WireMessage {
  const found = messages.find((message) => message.content === content && message.role === 'user');
  probe.expect(found !== undefined, `the message ${JSON.stringify(content)} must be there`);
  return found as WireMessage;
}

/** The reply that an answer of `POST /chat` ends with. */
export function replyOf(probe: Probe, answer: Answer): WireMessage {
  const reply = messagesOf(answer).at(-1);
  probe.expect(reply?.role === 'assistant', 'the last of "messages" must be the reply');
  return reply as WireMessage;
}

/** An identity field that a reply must carry when the backend announced identities. */
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

export function decodePart(token: string, index: number): Record<string, unknown> {
  const part = (token.split('.')[index] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  return JSON.parse(atob(part)) as Record<string, unknown>;
}

/** The header of a call that may be repeated. */
export function key(value: string): Record<string, string> {
  return { [headers.idempotencyKey]: value };
}
