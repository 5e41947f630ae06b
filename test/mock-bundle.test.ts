import { build } from 'esbuild';
import { expect, it } from 'vitest';

const dist = new URL('../packages/server/dist/msw/', import.meta.url).pathname;

it.each(['index.js', 'index.cjs'])(
  'the packed mock (%s) is a bundle for a browser',
  async (entry) => {
    // A Node module that it reached would end the build: this platform has none.
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
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports);
    expect(new Set(imported.map(({ path }) => path))).toEqual(new Set(['msw']));
    const inside = Object.keys(metafile.inputs).join('\n');
    expect(inside).not.toMatch(/fastify|kysely|argon2|sqlite|pino|isomorphic-ws|\/ws\//);
    expect(outputFiles[0]?.text).not.toMatch(/\bBuffer\.|\bprocess\.(?!env\b)/);
  },
  30_000,
);
