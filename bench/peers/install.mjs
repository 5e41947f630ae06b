import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder whose `node_modules` has the peers. */
export const peersFolder = fileURLToPath(new URL('.', import.meta.url));

/** The fixture of a suite that only needs the peers. */
export async function preparePeers({ log }) {
  await installPeers(log);
  return { close: async () => {} };
}

/** Installs the peers, once and without their install scripts. */
export async function installPeers(log) {
  if (existsSync(`${peersFolder}node_modules`)) return;
  log('installing the peers');
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    shell: process.platform === 'win32',
  });
}
