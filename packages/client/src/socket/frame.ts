import { ServerFrame } from '@chat/contract';
import type { SocketMessage, SocketStatus } from './events.js';

/** The greeting's part of a status. */
export interface Greeting {
  readonly timestamp: string;
  readonly features?: readonly string[] | undefined;
  readonly heartbeatMs?: number | undefined;
}

export type ReceivedFrame =
  | { type: 'message'; data: SocketMessage }
  | { type: 'status'; data: SocketStatus & Greeting };

/** The frame that a text is; `undefined` when it is none that the contract knows. */
export function parseFrame(text: string, validate: boolean): ReceivedFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (validate) {
    const parsed = ServerFrame.safeParse(value);
    if (!parsed.success) return undefined;
    value = parsed.data;
  }
  const frame = value as ReceivedFrame | undefined;
  const role = frame?.data?.role;
  if (role === 'user' || role === 'assistant') return frame;
  return typeof role === 'string' && frame?.type === 'status' ? frame : undefined;
}
