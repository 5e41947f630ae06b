// What the client weighs in a page, whole and in parts, and what each may weigh.
import { fileURLToPath } from 'node:url';
import { weigh } from './bundle.mjs';

const client = fileURLToPath(new URL('../../packages/client', import.meta.url));
const built = `${client}/dist/index.js`;
const used = (what, from = built) =>
  `import { ${what} } from ${JSON.stringify(from)}; globalThis.used = [${what}];`;
const all = (from) => `import * as all from ${JSON.stringify(from)}; globalThis.used = all;`;

/**
 * `atMost` is brotli bytes, a little above what was measured last: whoever needs more says so by raising it,
 * and whoever saves lowers it.
 */
export const parts = {
  'the whole client': { code: all(built), atMost: 18_660 },
  'what a page with a chat uses': { code: used('ChatClient, isChatError'), atMost: 18_330 },
  'ky in it': { code: `import ky from 'ky'; globalThis.used = ky;` },
};

/** @returns {Promise<Record<keyof typeof parts, Awaited<ReturnType<typeof weigh>>>>} */
export async function weighParts() {
  const weighed = Object.entries(parts).map(async ([name, { code }]) => [
    name,
    await weigh(code, client),
  ]);
  return Object.fromEntries(await Promise.all(weighed));
}

/** Minified bytes of the whole client by source file, the heaviest first. */
export async function weighModules() {
  // From the sources, because what is built is one file; the contract is found by the root's `paths`.
  const { modules } = await weigh(all(`${client}/src/index.ts`), client);
  return Object.entries(modules)
    .filter(([, bytes]) => bytes > 0)
    .sort(([, a], [, b]) => b - a);
}

/** The same by area: a library, the contract, or a folder of ours. Every byte is in one of them. */
export async function weighAreas() {
  const areas = {};
  for (const [path, bytes] of await weighModules()) {
    const area = areaOf(path);
    areas[area] = (areas[area] ?? 0) + bytes;
  }
  return Object.entries(areas).sort(([, a], [, b]) => b - a);
}

function areaOf(path) {
  const [, library] = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
  if (library !== undefined) return library;
  const [, folder = 'client/src'] = path.match(/(contract|client\/src\/[^/]+)\//) ?? [];
  return folder;
}

/** Brotli bytes of a library on its own, as a page would use it. */
export async function weighPackage(name, resolveDir) {
  const { brotli } = await weigh(all(name), resolveDir);
  return brotli;
}
