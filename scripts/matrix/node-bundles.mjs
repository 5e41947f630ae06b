import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { importFrom, nodeBinary, versionOf } from '../lib/packages.mjs';
import { runPrograms } from './run-programs.mjs';

const formats = ['esm', 'cjs'];
const extensions = { esm: 'mjs', cjs: 'cjs' };

/** Bundles with the webpack of a project, and resolves with its statistics. */
export async function runWebpack(project, configuration) {
  const { default: webpack } = await importFrom(project, 'webpack/lib/index.js');
  const stats = await promisify(webpack)({ mode: 'production', ...configuration });
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return stats;
}

/** Each puts consumer/bundled.mjs and all its dependencies into one file for Node, with the bundler's defaults. */
const bundlers = {
  esbuild: ({ entry, format, outfile }) =>
    build({ entryPoints: [entry], outfile, format, bundle: true, platform: 'node' }),
  async rollup({ project, entry, format, outfile }) {
    const { rollup } = await importFrom(project, 'rollup/dist/es/rollup.js');
    const plugin = async (name) =>
      (await importFrom(project, `@rollup/plugin-${name}/dist/es/index.js`)).default();
    const bundle = await rollup({
      input: entry,
      plugins: [await plugin('node-resolve'), await plugin('commonjs')],
      onLog: () => {},
    });
    await bundle.write({ file: outfile, format, inlineDynamicImports: true });
    await bundle.close();
  },
  async webpack({ project, entry, format, outfile, folder }) {
    const output = { path: folder, filename: basename(outfile), module: format === 'esm' };
    const experiments = { outputModule: format === 'esm' };
    await runWebpack(project, { target: 'node20', entry, output, experiments });
  },
  async tsup({ project, entry, format, folder }) {
    const tsup = await importFrom(project, 'tsup/dist/index.js');
    // Not that of the repository, whose `paths` lead to the sources.
    const tsconfig = join(project, 'tsconfig.json');
    await writeFile(tsconfig, '{}');
    await tsup.build({
      entry: { bundle: entry },
      outDir: folder,
      format,
      platform: 'node',
      noExternal: [/./],
      splitting: false,
      outExtension: () => ({ js: `.${extensions[format]}` }),
      config: false,
      tsconfig,
      silent: true,
      clean: false,
    });
  },
};

/** What the bundlers need in the project. */
const packages = {
  esbuild: [],
  rollup: ['rollup@4', '@rollup/plugin-node-resolve@16', '@rollup/plugin-commonjs@29'],
  webpack: ['webpack@5'],
  tsup: ['tsup@8', 'typescript@5.9'],
};

/** One file without node_modules next to it, as it is deployed to AWS Lambda, on each version of Node. */
const nodeBundleRow = (bundler, majors) => ({
  name: `bundle-${bundler}`,
  title: 'Node',
  packages: packages[bundler],
  async run({ project, check }) {
    // Outside the project, so that nothing can be loaded from its node_modules.
    const folder = `${project}-bundle`;
    await mkdir(folder, { recursive: true });
    const files = await Promise.all(
      formats.map(async (format) => {
        const outfile = join(folder, `bundle.${extensions[format]}`);
        const entry = join(project, 'bundled.mjs');
        await bundlers[bundler]({ project, entry, format, outfile, folder });
        return { file: outfile, how: `bundled by ${bundler} into one file (${format})` };
      }),
    );
    for (const major of majors) {
      const binary = await nodeBinary(major);
      const programs = files.map(({ file, how }) => ({ how, parameters: [file] }));
      const runtime = async () => ({ binary, version: await versionOf(binary) });
      await runPrograms({ runtime, programs })({ project, check });
    }
  },
});

export const nodeBundleRows = (majors) =>
  Object.keys(bundlers).map((bundler) => nodeBundleRow(bundler, majors));
