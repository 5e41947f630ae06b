/** An echo reply that fails or waits on demand. Every harness builds its assistant from it. */
export function createControlledReply() {
  let failures = 0;
  let gate: Promise<void> | undefined;
  let requested = (): void => {};
  let begun: Promise<true> | undefined;

  const control = {
    async reply(content: string): Promise<string> {
      if (failures > 0) {
        failures -= 1;
        throw new Error('select * from secrets: the assistant was told to fail');
      }
      requested();
      await gate;
      return content;
    },
    fail(times: number): void {
      failures = times;
    },
    /** The reply word by word. While it waits, `begin` sends the first word. */
    async *words(content: string): AsyncGenerator<string> {
      const reply = control.reply(content);
      const isBegun = await Promise.race([
        reply.then(() => false),
        begun ?? reply.then(() => false),
      ]);
      const [first = '', ...rest] = content.match(/^\s*\S+\s*|\S+\s*/g) ?? [content];
      yield first;
      if (isBegun) await reply;
      yield* rest;
    },
    hold(): { requested: Promise<void>; begin(): void; release(): void } {
      let begin = (): void => {};
      begun = new Promise((resolve) => {
        begin = () => resolve(true);
      });
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      const first = new Promise<void>((resolve) => {
        requested = resolve;
      });
      return {
        requested: first,
        begin: () => begin(),
        release() {
          gate = undefined;
          begun = undefined;
          open();
        },
      };
    },
  };
  return control;
}
