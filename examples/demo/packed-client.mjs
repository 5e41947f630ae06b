// Installs the client as npm would: packs it, then unpacks it where its dependencies can be resolved.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, unpack } from '../../scripts/lib/packages.mjs';

const installFolder = fileURLToPath(new URL('node_modules/@chat/client', import.meta.url));

/** @returns {Promise<{ module: typeof import('@chat/client'), files: number }>} */
export async function loadPackedClient() {
  const folder = await mkdtemp(join(tmpdir(), 'chat-demo-pack-'));
  try {
    const { tarball, files } = await pack('client', folder);
    await rm(installFolder, { recursive: true, force: true });
    await mkdir(installFolder, { recursive: true });
    await unpack(tarball, installFolder);
    return { module: await import('@chat/client'), files: files.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
