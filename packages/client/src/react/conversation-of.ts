import type { ChatClient } from '../client.js';
import type { ConnectOptions } from '../socket/options.js';
import { Conversation } from './conversation.js';

/** By client and not by component: a render that React throws away leaves nothing, and any number of components share one socket. */
const conversations = new WeakMap<ChatClient, Conversation>();

/** The one conversation of a client; the options of whoever asks first hold. */
export function conversationOf(client: ChatClient, options: ConnectOptions): Conversation {
  const known = conversations.get(client);
  if (known !== undefined) return known;
  const conversation = new Conversation(client, options);
  conversations.set(client, conversation);
  return conversation;
}
