/**
 * The endpoint behind an assistant gave no reply; the message says why and never holds the key.
 *
 * @example
 * ```ts
 * import { AssistantEndpointError } from '@chat/server';
 *
 * if (error instanceof AssistantEndpointError) console.log(error.status, error.message);
 * ```
 */
export class AssistantEndpointError extends Error {
  /** The status that the endpoint answered with, when that was the reason. */
  readonly status?: number;

  constructor(sentence: string, options: { readonly status?: number } = {}) {
    super(sentence);
    this.name = 'AssistantEndpointError';
    if (options.status !== undefined) this.status = options.status;
  }
}
