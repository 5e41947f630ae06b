/** Whether a promise is fulfilled within `ms`; false when it rejects or is late. */
export async function fulfilsWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<false>((resolve) => {
    // After a pause of this process, a response that has arrived is read before the timeout counts.
    timer = setTimeout(() => setImmediate(resolve, false), ms);
  });
  const fulfilled = promise.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([fulfilled, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
