// Where Chromium is, and how it is started in a container.
import { existsSync } from 'node:fs';

export const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** The sandbox needs rights that a container lacks; the rest keeps it from calling home. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Whether what needs a browser can run. Where CI runs it has to: without Chromium it fails there. Elsewhere it is left
 * out, and says so.
 */
export function canBrowse() {
  if (existsSync(executablePath) || process.env.CI !== undefined) return true;
  console.warn(
    `\n*** SKIPPED: there is no Chromium at ${executablePath} (set CHROMIUM_PATH), so NOTHING IS PROVEN OF BROWSERS. ***\n`,
  );
  return false;
}
