/** An echo that fails, or waits, when a check says so: what any backend's assistant can be made of. */
export function createControlledReply() {
  let failures = 0;
  let gate: Promise<void> | undefined;
  let asked = (): void => {};

  return {
    async reply(content: string): Promise<string> {
      if (failures > 0) {
        failures -= 1;
        throw new Error('select * from secrets: the assistant was told to fail');
      }
      asked();
      await gate;
      return content;
    },
    fail(times: number): void {
      failures = times;
    },
    hold(): { asked: Promise<void>; release(): void } {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      const first = new Promise<void>((resolve) => {
        asked = resolve;
      });
      return {
        asked: first,
        release() {
          gate = undefined;
          open();
        },
      };
    },
  };
}
