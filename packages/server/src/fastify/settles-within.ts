/** Whether `work` is fulfilled within `ms`; false also when it fails, or is late. */
export async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const fulfilled = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([fulfilled, late]);
  } finally {
    clearTimeout(timer);
  }
}
