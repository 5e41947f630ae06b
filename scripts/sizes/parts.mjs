// What the client weighs in a page, whole and in parts, and what each may weigh.
import { fileURLToPath } from 'node:url';
import { weigh } from './bundle.mjs';

const client = fileURLToPath(new URL('../../packages/client', import.meta.url));
const built = `${client}/dist/index.js`;
const used = (what) =>
  `import { ${what} } from ${JSON.stringify(built)}; globalThis.used = [${what}];`;
const all = (from) => `import * as all from ${JSON.stringify(from)}; globalThis.used = all;`;

/**
 * `atMost` is brotli bytes, a little above what was measured last: whoever needs more says so by raising it,
 * and whoever saves lowers it.
 */
export const parts = {
  'the whole client': { code: all(built), atMost: 19_740 },
  'what a page with a chat uses': { code: used('ChatClient, isChatError'), atMost: 19_400 },
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

/** Brotli bytes of a library on its own, as a page would use it. */
export async function weighPackage(name, resolveDir) {
  const { brotli } = await weigh(all(name), resolveDir);
  return brotli;
}
