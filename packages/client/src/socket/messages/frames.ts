import { describeIssue, validateFrame } from '@chat/contract';
import { ResponseValidationError } from '../../errors/call-errors.js';
import type { SocketEvent } from '../events.js';
import type { SocketStatusFields } from '../status-events.js';

/** The first status of a backend with extensions. */
export interface Greeting extends SocketStatusFields {
  readonly event: 'connected';
  readonly features?: readonly string[] | undefined;
  readonly heartbeatMs?: number | undefined;
}

interface Heartbeat extends SocketStatusFields {
  readonly event: 'heartbeat';
}

export type ReceivedFrame = SocketEvent | { type: 'status'; data: Greeting | Heartbeat };

/** @throws when the text is not a frame of the contract */
export function parseFrame(text: string, validate: boolean): ReceivedFrame {
  const frame: ReceivedFrame = JSON.parse(text);
  const { type, data } = frame;
  if (!['message', 'status'].includes(type) || typeof data !== 'object' || data === null)
    throw Error();
  const issue = validate && validateFrame(frame);
  if (issue) throw invalidFrame(issue[0], describeIssue('A frame', ...issue));
  return frame;
}

export function invalidFrame(path: string, issue: string): ResponseValidationError {
  return new ResponseValidationError('/ws/chat', path, issue);
}
