// Makes the declarations of the package in this folder: one file an entry, the private contract's types inside.
// TypeScript writes them a file each, unchecked (`npm run check` has a step for that, which needs no build), and rollup
// puts them together, in memory.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';

const root = new URL('../..', import.meta.url).pathname;
const contract = join(root, 'packages/contract/src/index.d.ts');

const { exports } = JSON.parse(await readFile('package.json', 'utf8'));
/** `index` and `msw/index`, say. */
const entries = Object.values(exports)
  .map((target) => target.import?.types)
  .filter((types) => types !== undefined)
  .map((types) => types.match(/^\.\/dist\/(.+)\.d\.ts$/)[1]);

const emitted = emit(entries.map((entry) => resolve(`src/${entry}.ts`)));
const bundle = await rollup({
  input: Object.fromEntries(entries.map((entry) => [entry, resolve(`src/${entry}.d.ts`)])),
  plugins: [{ name: 'emitted', resolveId: find, load: (id) => emitted.get(id) }, dts()],
  // Schemas that no public type names stay outside.
  treeshake: { moduleSideEffects: false },
  onwarn: ({ message }) => {
    // What exported types are made of may stay without a public name.
    if (!message.includes('private shared type exports')) throw new Error(message);
  },
});
const { output } = await bundle.generate({
  entryFileNames: '[name].d.ts',
  chunkFileNames: ({ name }) => `${name.replace(/\.d$/, '')}-[hash].d.ts`,
});
for (const { fileName, code } of output) {
  const text = `${libraries(code)}${code}`;
  await write(fileName, text);
  // Those of the CommonJS entries are the same, but for the names of the files.
  const own = text.replace(/(['"])(\.{1,2}\/[^'"]+)\.js\1/g, '$1$2.cjs$1');
  await write(fileName.replace(/\.d\.ts$/, '.d.cts'), own);
}

/** @returns {Map<string, string>} the declarations of these files and of what they import, by path */
function emit(files) {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  if (error !== undefined) fail([error]);
  const compilerOptions = {
    ...config.compilerOptions,
    allowJs: false,
    noCheck: true,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
  };
  const { options, errors } = ts.parseJsonConfigFileContent(
    { compilerOptions, files },
    ts.sys,
    root,
  );
  if (errors.length > 0) fail(errors);
  const texts = new Map();
  const { diagnostics } = ts
    .createProgram(files, options)
    .emit(undefined, (path, text) => texts.set(path, text));
  if (diagnostics.length > 0) fail(diagnostics);
  return texts;
}

function find(source, importer) {
  if (importer === undefined) return source;
  if (source === '@chat/contract') return contract;
  if (!source.startsWith('.')) return { id: source, external: true };
  return resolve(dirname(importer), source.replace(/\.js$/, '.d.ts'));
}

/** For `await using`, in programs whose `lib` is older. */
function libraries(code) {
  const disposes = /\bAsyncDisposable\b|\bSymbol\.(asyncD|d)ispose\b/.test(code);
  return disposes ? '/// <reference lib="esnext.disposable" />\n' : '';
}

async function write(name, text) {
  const file = join('dist', name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function fail(diagnostics) {
  const host = {
    getCurrentDirectory: () => root,
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
  };
  throw new Error(ts.formatDiagnostics(diagnostics, host));
}
