// @ts-check
import { execFileSync } from 'node:child_process';

/** For programs that do not run as root, as tests in a container often do. */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined;
  const id = (/** @type {string} */ option) =>
    Number(execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
