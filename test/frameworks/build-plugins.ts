import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';
import { compile } from 'svelte/compiler';

const guides = fileURLToPath(new URL('../../docs/guides/', import.meta.url));

/** Compiles Svelte components. */
export const svelte = (generate: 'client' | 'server'): Plugin => ({
  name: 'svelte',
  setup(build) {
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      const { js } = compile(await readFile(path, 'utf8'), { generate, filename: path });
      return { contents: js.code };
    });
  },
});

// Not imported: its types declare the modules of Svelte 5 again.
const { compile: compileWithSvelte4 } = createRequire(import.meta.url)('svelte4/compiler') as {
  compile(source: string, options: object): { js: { code: string } };
};

/** Compiles Svelte components with Svelte 4, and bundles it in place of Svelte 5. */
export const svelte4: Plugin = {
  name: 'svelte 4',
  setup(build) {
    build.onResolve({ filter: /^svelte(\/|$)/ }, ({ path, kind, resolveDir }) =>
      build.resolve(path.replace('svelte', 'svelte4'), { kind, resolveDir }),
    );
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => {
      // Svelte 4 knows no runes, and rejects the option.
      const source = (await readFile(path, 'utf8')).replace('<svelte:options runes={false} />', '');
      return { contents: compileWithSvelte4(source, { generate: 'dom', filename: path }).js.code };
    });
  },
};

/** `guide:name.md#Heading` is the first TypeScript block below that heading of a guide. */
export const guideCode: Plugin = {
  name: 'code of the guides',
  setup(build) {
    build.onResolve({ filter: /^guide:/ }, ({ path }) => ({
      path: path.slice('guide:'.length),
      namespace: 'guide',
    }));
    build.onLoad({ filter: /./, namespace: 'guide' }, async ({ path }) => {
      const [file, heading] = path.split('#');
      const text = await readFile(`${guides}${file}`, 'utf8');
      const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`));
      const contents = section?.match(/^```ts\n(.*?)^```$/ms)?.[1];
      if (contents === undefined)
        throw new Error(`docs/guides/${file} has no code for ${heading}.`);
      return { contents, loader: 'ts', resolveDir: guides };
    });
  },
};
