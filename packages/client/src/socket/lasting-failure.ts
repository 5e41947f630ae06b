import { isChatError } from '../errors/is-chat-error.js';

/** Whether trying again can be spared: the backend or the client said no, and would say it again. */
export function isLastingFailure(error: unknown): boolean {
  if (!isChatError(error)) return false;
  const { code, reason, status = 0 } = error as { code: string; reason?: string; status?: number };
  if (code === 'token_unavailable') return reason !== 'failed';
  if (code === 'client_closed' || code === 'invalid_option') return true;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
