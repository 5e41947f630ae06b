import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Where the peers are installed, and whose `node_modules` has them. */
export const peersFolder = fileURLToPath(new URL('.', import.meta.url));

/** The stage of a suite that needs nothing but the peers. */
export async function preparePeers({ say }) {
  await installPeers(say);
  return { close: async () => {} };
}

/** Installs whom we are measured beside, where they are not yet. None of their scripts is run. */
export async function installPeers(say) {
  if (existsSync(`${peersFolder}node_modules`)) return;
  say('installs the peers, once');
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peersFolder,
    shell: process.platform === 'win32',
  });
}
