import { frameDataCheck } from '@chat/contract';
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

/**
 * The frame that a text is.
 * @throws when it is none that the contract knows
 */
export function parseFrame(text: string, validate: boolean): ReceivedFrame {
  const frame: ReceivedFrame = JSON.parse(text);
  const { type, data } = frame;
  const isKnown =
    type === 'message' ? ['user', 'assistant'].includes(data.role) : type === 'status';
  if (!isKnown || typeof data !== 'object' || data === null) throw Error();
  // Shown as it came, with what nobody has heard of.
  if (validate) frameDataCheck(data, Error);
  return frame;
}
