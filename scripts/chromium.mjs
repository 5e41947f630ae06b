import { existsSync } from 'node:fs';

export const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** In a container the sandbox lacks permissions. The other flags prevent requests of the browser itself. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whether tests in a browser can run. In CI they always run, and fail without Chromium. */
export function canBrowse() {
  if (existsSync(executablePath) || process.env.CI) return true;
  console.warn(
    `\n*** SKIPPED: there is no Chromium at ${executablePath} (set CHROMIUM_PATH), so NOTHING IS TESTED IN A BROWSER. ***\n`,
  );
  return false;
}
