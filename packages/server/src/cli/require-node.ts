import { CommandError } from './command-error.js';

/**
 * npm only warns of a Node that is too old, and what fails then names something else.
 * @throws {CommandError} when the version is below what package.json asks for.
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new CommandError(`Node 20.19 or newer is needed; this is ${version}.`);
}
