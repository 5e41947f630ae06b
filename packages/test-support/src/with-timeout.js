// @ts-check

/**
 * The result of `promise`, or an error with `message` when it takes longer than `timeoutMs`.
 * @template T
 * @param {Promise<T>} promise
 * @param {number} timeoutMs
 * @param {string | (() => string)} message a function is called only after the timeout, so that it can describe the state at that time
 * @returns {Promise<T>}
 */
export async function withTimeout(promise, timeoutMs, message) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(typeof message === 'string' ? message : message())),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
