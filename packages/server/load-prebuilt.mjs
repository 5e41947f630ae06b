// In the bundles, this replaces `node-gyp-build` of @photostructure/sqlite: it loads the binary for this machine from prebuilds/,
// which the build copies.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @param {string} folder of this package */
export function loadPrebuilt(folder) {
  const prebuilds = join(folder, 'prebuilds');
  const machine = `${process.platform}-${process.arch}`;
  // As node-gyp-build recognises a Linux without glibc.
  const isMusl = process.platform === 'linux' && existsSync('/etc/alpine-release');
  const file = join(prebuilds, machine, `@photostructure+sqlite.${isMusl ? 'musl' : 'glibc'}.node`);
  if (!existsSync(file)) {
    throw new Error(
      `@chat/server contains SQLite for ${readdirSync(prebuilds).join(', ')}, and not for ${machine}: use PostgreSQL.`,
    );
  }
  return createRequire(import.meta.url)(file);
}
