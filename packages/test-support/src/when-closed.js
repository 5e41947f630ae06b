// @ts-check

/**
 * Waits for `close` and returns its arguments. Unlike `once(emitter, 'close')`, it does not reject when an `error`
 * event comes first: a peer that closes abruptly (ECONNRESET) still closes the socket.
 * @param {import('node:events').EventEmitter} emitter
 * @returns {Promise<unknown[]>}
 */
export function whenClosed(emitter) {
  emitter.on('error', () => {});
  return new Promise((resolve) => {
    emitter.once('close', (...args) => resolve(args));
  });
}
