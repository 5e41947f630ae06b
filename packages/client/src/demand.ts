import { InvalidOptionError } from './errors/invalid-option-error.js';

/** Throws the error that names the option when `sound` is false. */
export function demand(sound: boolean, option: string, expectation: string): void {
  if (!sound) throw new InvalidOptionError(option, expectation);
}

export function demandTimeout(timeoutMs: number): void {
  const sound = typeof timeoutMs === 'number' && timeoutMs > 0;
  demand(sound, 'timeoutMs', 'a number of milliseconds above 0');
}
