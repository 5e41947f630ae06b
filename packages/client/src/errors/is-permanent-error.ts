import { ChatApiError, noDetail } from './api-errors.js';
import { isChatError } from './is-chat-error.js';

/** Whether another attempt would fail with the same error. */
export function isPermanentError(error: unknown): boolean {
  if (!isChatError(error)) return false;
  const { code, status = 0 } = error as { code: string; status?: number };
  if (['token_unavailable', 'signed_out', 'client_closed', 'invalid_option'].includes(code))
    return true;
  if (isForeignResponse(error)) return false;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

/** Whether the response lacks the `detail` of the protocol: it comes from a proxy, for example during a deployment. */
export function isForeignResponse(error: unknown): boolean {
  return (
    error instanceof ChatApiError && error.detail === noDetail && ![401, 429].includes(error.status)
  );
}
