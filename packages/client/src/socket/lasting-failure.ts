import { isChatError } from '../errors/is-chat-error.js';

/** Whether trying again can be spared: the backend or the client said no, and would say it again. */
export function isLastingFailure(error: unknown): boolean {
  if (!isChatError(error)) return false;
  if (isChatError(error, 'token_unavailable')) return error.reason !== 'failed';
  if (error.code === 'client_closed' || error.code === 'invalid_option') return true;
  const { status = 0 } = error as { status?: number };
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
