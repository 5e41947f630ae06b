import { extensionFaults } from './extension-faults.js';
import type { Fault } from './fault.js';
import { httpFaults } from './http-faults.js';
import { socketFaults } from './socket-faults.js';

/** One deliberate fault per rule: what a check must catch. */
export const faults: readonly Fault[] = [...httpFaults, ...extensionFaults, ...socketFaults];
