import { echoAssistant } from '@chat/server';
import type { Assistant } from '../../packages/server/src/chat/ports.js';

/** An assistant that fails, or waits, when a check says so. */
export function createControlledAssistant() {
  const echo = echoAssistant();
  let failures = 0;
  let gate: Promise<void> | undefined;
  let asked = (): void => {};

  const assistant: Assistant = {
    contextMessages: 1,
    async *reply(request) {
      if (failures > 0) {
        failures -= 1;
        throw new Error('select * from secrets: the assistant was told to fail');
      }
      asked();
      await gate;
      yield* echo.reply(request) as AsyncIterable<string>;
    },
  };

  return {
    assistant,
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
