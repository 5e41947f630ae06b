// Where the bytes of a bundle are: the file that each one was written in, and the area that this file belongs to.
import { SourceMap } from 'node:module';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** What no file holds: the bundler's own words, and those by which a bundle was asked for. */
const joints = 'what joins the parts';

/**
 * @param {{ text: string, map: object }} bundle
 * @returns {[string, number][]} minified bytes by file, the heaviest first; their sum is the bundle
 */
export function modulesOf(bundle) {
  const modules = {};
  for (const path of originsOf(bundle)) modules[path] = (modules[path] ?? 0) + 1;
  return Object.entries(modules).sort(([, a], [, b]) => b - a);
}

/**
 * The same by area: a library, the contract, or a folder of ours. `minified` is the area's bytes, whose sum is the
 * bundle; `brotli` is how much smaller the compressed bundle is when they are cut out of it. What several areas have
 * in common is in neither's figure: the sum is less than the compressed bundle.
 *
 * @param {{ text: string, map: object }} bundle
 * @returns {{ area: string, minified: number, brotli: number }[]} the heaviest first
 */
export function areasOf(bundle) {
  const areas = [...originsOf(bundle)].map(areaOf);
  const whole = compressed(bundle.text);
  return [...new Set(areas)]
    .map((area) => {
      const rest = [...bundle.text].filter((_, at) => areas[at] !== area).join('');
      return {
        area,
        minified: bundle.text.length - rest.length,
        brotli: whole - compressed(rest),
      };
    })
    .sort((one, other) => other.minified - one.minified);
}

/** For each character of a bundle, which are bytes because esbuild escapes all others, its file. */
function* originsOf({ text, map }) {
  const entries = new SourceMap(map);
  const filesOf = new Map(map.sources.map((source, i) => [source, filesIn(source, map, i)]));
  let line = 0;
  let column = 0;
  for (const character of text) {
    const { originalSource, originalLine } = entries.findEntry(line, column);
    yield filesOf.get(originalSource)?.[originalLine] ?? joints;
    column += 1;
    if (character === '\n') {
      line += 1;
      column = 0;
    }
  }
}

/** The file that each line of a source was written in. Our builds say it above each part; another source is one file. */
function filesIn(source, { sourcesContent }, index) {
  if (source.includes('<stdin>')) return [];
  const lines = sourcesContent[index].split('\n');
  const parts = lines.map((line) => line.match(/^\/\/ (\S+\.tsx?)$/)?.[1]);
  let file = parts.some(Boolean) ? joints : source;
  return parts.map((part) => {
    if (part !== undefined) file = join(dirname(source), '..', part);
    return file;
  });
}

function areaOf(path) {
  const [, library] = path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
  if (library !== undefined) return library;
  const [, folder] = path.match(/(contract|client\/src(?:\/[^/]+(?=\/))?)\//) ?? [];
  return folder ?? path;
}

function compressed(text) {
  return brotliCompressSync(text).length;
}
