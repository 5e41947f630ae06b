import { CommandError } from './errors.js';

/**
 * npm only warns about an old Node version, and later errors do not name the reason.
 * @throws {CommandError} when the version is older than package.json requires
 */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new CommandError(`Node 20.19 or newer is required; this is ${version}.`);
}
