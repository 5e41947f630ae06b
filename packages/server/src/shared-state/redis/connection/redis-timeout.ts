import { option, optionsObject } from '../../../options/assert-options.js';

export const defaultTimeoutMs = 500;
export const minTimeoutMs = 10;
export const maxTimeoutMs = 60_000;

export const timeoutSchema = optionsObject({
  timeoutMs: option<number>(
    `an integer from ${minTimeoutMs} to ${maxTimeoutMs} (milliseconds)`,
    (value) => Number.isInteger(value) && value >= minTimeoutMs && value <= maxTimeoutMs,
    { range: true },
  ),
});
