/**
 * The endpoint of an assistant sent no usable reply. The message says why and never contains the key.
 *
 * @example
 * ```ts
 * import { AssistantEndpointError } from '@chat/server';
 *
 * if (error instanceof AssistantEndpointError) console.log(error.status, error.message);
 * ```
 */
export class AssistantEndpointError extends Error {
  /** The HTTP status of the response, when that was the reason. */
  readonly status?: number;

  constructor(message: string, options: { readonly status?: number } = {}) {
    super(message);
    this.name = 'AssistantEndpointError';
    if (options.status !== undefined) this.status = options.status;
  }
}
