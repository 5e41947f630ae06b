export { echoAssistant } from './assistant/echo-assistant.js';
export { type ScriptedReply, scriptedAssistant } from './assistant/scripted-assistant.js';
export type { ChatLimits } from './chat/api.js';
export { defaultLimits } from './chat/limits.js';
export { createChatServer } from './create-chat-server.js';
export { chatPlugin } from './fastify/chat-plugin.js';
