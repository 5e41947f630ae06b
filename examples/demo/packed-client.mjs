// Puts the client here as npm would deliver it: packed, then unpacked where its dependencies resolve.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack, unpack } from '../../scripts/packages/pack.mjs';

const home = fileURLToPath(new URL('node_modules/@chat/client', import.meta.url));

/** @returns {Promise<{ module: typeof import('@chat/client'), files: number }>} */
export async function loadPackedClient() {
  const folder = await mkdtemp(join(tmpdir(), 'chat-demo-pack-'));
  try {
    const { tarball, files } = await pack('client', folder);
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    await unpack(tarball, home);
    return { module: await import('@chat/client'), files: files.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
