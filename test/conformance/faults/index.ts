import { extensionFaults } from './extension-faults.js';
import type { Fault } from './fault.js';
import { httpFaults } from './http-faults.js';
import { isolationFaults } from './isolation-faults.js';
import { replyFaults } from './reply-faults.js';
import { socketFaults } from './socket-faults.js';

/** At least one fault per rule, which the rule's check must detect. */
export const faults: readonly Fault[] = [
  ...httpFaults,
  ...extensionFaults,
  ...socketFaults,
  ...replyFaults,
  ...isolationFaults,
];
