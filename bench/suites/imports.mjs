import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peersFolder, preparePeers } from '../peers/install.mjs';

const ourFolder = fileURLToPath(new URL('../../packages/client', import.meta.url));
const peers = { openai: { atMost: 1 }, ably: { atMost: 1 }, 'stream-chat': { atMost: 1 } };

/** In a process of its own, because a module is loaded once in each. */
async function importTime(address, cwd) {
  const program = `
    const started = performance.now();
    await import(${JSON.stringify(address)});
    process.stdout.write(String(performance.now() - started));
    process.exit();`;
  const node = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
  });
  return Number((await node).stdout);
}

export const imports = {
  name: 'imports',
  title: 'Import in Node',
  about:
    '`await import(…)` in a process that has done nothing else, its files in the cache of the system.',
  prepare: preparePeers,
  measurements: [
    {
      name: 'time',
      title: 'from import to ready',
      rounds: 20,
      smokeRounds: 2,
      subject: 'our client',
      beside: peers,
      peers: () => ({
        'our client': () => importTime('@chat/client', ourFolder),
        ...Object.fromEntries(
          Object.keys(peers).map((name) => [name, () => importTime(name, peersFolder)]),
        ),
      }),
    },
  ],
};
