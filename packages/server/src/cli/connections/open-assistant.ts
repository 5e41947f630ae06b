import { openAiAssistant } from '../../assistants/openai/openai-assistant.js';
import type { Assistant } from '../../domain/ports/index.js';
import { SettingError } from '../errors.js';
import type { Environment, Settings } from '../settings/read-settings.js';
import type { settings } from '../settings/settings.js';
import { proxyFromEnvironment } from './proxy-from-environment.js';

type StartSettings = Settings<typeof settings>;
type AssistantSettings = Pick<StartSettings, Extract<keyof StartSettings, `assistant${string}`>>;

/**
 * The assistant at the configured URL; `undefined` when nothing is configured.
 * @throws {SettingError} when the URL or the model is missing, or the proxy's URL is invalid
 */
export function openAssistant(
  given: AssistantSettings,
  environment: Environment,
): Assistant | undefined {
  const { assistantUrl, assistantKey, assistantModel, assistantPrompt, assistantHeaders } = given;
  if (assistantUrl === undefined) {
    // With a model or a key but no URL, an echo would be a surprise.
    if ((assistantKey ?? assistantModel ?? assistantPrompt ?? assistantHeaders) === undefined) {
      return undefined;
    }
    throw new SettingError(
      'CHAT_ASSISTANT_URL must be set when CHAT_ASSISTANT_MODEL, CHAT_ASSISTANT_KEY, CHAT_ASSISTANT_PROMPT or CHAT_ASSISTANT_HEADERS is set.',
    );
  }
  if (assistantModel === undefined || assistantModel.trim() === '') {
    throw new SettingError(
      '--assistant-model or CHAT_ASSISTANT_MODEL must name the model to use at CHAT_ASSISTANT_URL.',
    );
  }
  const { assistantInactivityMs, assistantParameters } = given;
  const proxy = proxyFromEnvironment(new URL(assistantUrl), environment);
  return openAiAssistant({
    baseUrl: assistantUrl,
    model: assistantModel,
    contextBudget: given.assistantContextTokens,
    contextMessages: given.assistantContextMessages,
    maxReplyLength: given.assistantMaxLength,
    showReasoning: given.assistantReasoning,
    startsWithReasoning: given.assistantStartsWithReasoning,
    ...(assistantKey !== undefined && { apiKey: assistantKey }),
    ...(assistantPrompt !== undefined && { systemPrompt: assistantPrompt }),
    ...(assistantInactivityMs !== undefined && { timeoutMs: assistantInactivityMs }),
    ...(assistantParameters !== undefined && { parameters: assistantParameters }),
    ...(assistantHeaders !== undefined && { headers: assistantHeaders }),
    ...(proxy !== undefined && { proxy }),
  });
}
