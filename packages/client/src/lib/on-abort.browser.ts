import { addListener } from './add-listener.js';
import type * as node from './on-abort.js';

/** Replaces `on-abort.ts` in builds for browsers, which allow any number of listeners. */
export const onAbort: typeof node.onAbort = (signal, callback) =>
  addListener(signal, 'abort', callback);
