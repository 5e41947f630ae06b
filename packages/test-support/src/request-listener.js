// @ts-check
/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/**
 * A listener for requests that ends the connection when `handle` fails. On a busy machine a client may give up while its
 * body is read: the process must not end with an unhandled error then.
 * @param {(request: IncomingMessage, response: ServerResponse) => Promise<unknown>} handle
 * @returns {(request: IncomingMessage, response: ServerResponse) => void}
 */
export function requestListener(handle) {
  return (request, response) => {
    handle(request, response).catch(() => response.destroy());
  };
}
