/** `expect(count)` resolves after `count` further calls of `next`. */
export function countdown() {
  let left = 0;
  let done = () => {};
  return {
    next() {
      left -= 1;
      if (left === 0) done();
    },
    expect: (count) =>
      new Promise((resolve) => {
        left = count;
        done = resolve;
      }),
  };
}
