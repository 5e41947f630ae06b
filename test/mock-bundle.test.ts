import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const dist = fileURLToPath(new URL('../packages/server/dist/msw/', import.meta.url));

it.each(['index.js', 'index.cjs'])(
  'the built mock (%s) can be bundled for browsers',
  async (entry) => {
    // An import of a Node module fails the build, because the platform is a browser.
    const { metafile, outputFiles } = await build({
      entryPoints: [dist + entry],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'browser',
      external: ['msw'],
      logLevel: 'silent',
    });
    const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
    expect(new Set(imports.map(({ path }) => path))).toEqual(new Set(['msw']));
    const inside = Object.keys(metafile.inputs).join('\n');
    expect(inside).not.toMatch(/fastify|argon2|sqlite|pino|isomorphic-ws|\/ws\//);
    expect(outputFiles[0]?.text).not.toMatch(/\bBuffer\.|\bprocess\.(?!env\b)/);
  },
  30_000,
);
