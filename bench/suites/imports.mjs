import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peersFolder, preparePeers } from '../peers/install.mjs';

const ourFolder = fileURLToPath(new URL('../../packages/client', import.meta.url));
const peers = { openai: { atMost: 1 }, ably: { atMost: 1 }, 'stream-chat': { atMost: 1 } };

/** In a new process, because each process loads a module once. */
async function importTime(specifier, cwd) {
  const program = `
    const started = performance.now();
    await import(${JSON.stringify(specifier)});
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
  about: '`await import(…)` in a new process, with the files in the cache of the operating system.',
  prepare: preparePeers,
  measurements: [
    {
      name: 'time',
      title: 'import',
      rounds: 20,
      smokeRounds: 2,
      candidate: 'our client',
      baselines: peers,
      peers: () => ({
        'our client': () => importTime('@chat/client', ourFolder),
        ...Object.fromEntries(
          Object.keys(peers).map((name) => [name, () => importTime(name, peersFolder)]),
        ),
      }),
    },
  ],
};
