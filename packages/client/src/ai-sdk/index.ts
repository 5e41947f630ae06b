/**
 * The AI SDK's `useChat` with a chat backend: start with {@link aiSdkTransport}. The package `ai` (6 or 7) is an optional
 * peer dependency, for types only.
 *
 * @example
 * ```ts
 * import { useChat } from '@ai-sdk/react';
 * import { ChatClient } from '@chat/client';
 * import { aiSdkTransport } from '@chat/client/ai-sdk';
 *
 * const client = new ChatClient({
 *   baseUrl: 'https://chat.example.com',
 *   credentials: { username: 'ada', password: 's3cret' },
 * });
 * const transport = aiSdkTransport(client);
 * const useConversation = () => useChat({ transport });
 * ```
 *
 * @module @chat/client/ai-sdk
 * @group Reference
 */

export { type AiSdkTransportOptions, aiSdkTransport } from './ai-sdk-transport.js';
export { toUIMessages } from './ui-messages.js';
