import type { RawLine as Own } from './raw-line.js';

/** What stands in the place of `raw-line.ts` where the client is built for pages: there is none to find. */
export class RawLine implements Pick<Own, 'stop' | 'end'> {
  stop(): void {}
  end(): void {}
}
