import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** As if the declarations were built. */
const host: ts.ModuleResolutionHost = {
  readFile: ts.sys.readFile,
  fileExists: (path) => /\/dist\/.+\.d\.ts$/.test(path) || ts.sys.fileExists(path),
};

describe.each(['client', 'server'])('packages/%s', async (name) => {
  const path = `${root}packages/${name}/package.json`;
  const { exports } = JSON.parse(await readFile(path, 'utf8')) as { exports: object };
  const entries = Object.keys(exports).filter((entry) => entry !== './package.json');

  it.each(entries)('has types for %s with `moduleResolution: "node"`', (entry) => {
    const { resolvedModule } = ts.resolveModuleName(
      `@chat/${name}${entry.slice(1)}`,
      `${root}test/program.ts`,
      { moduleResolution: ts.ModuleResolutionKind.Node10 },
      host,
    );
    const file = `/node_modules/@chat/${name}/dist${entry.slice(1)}/index.d.ts`;
    expect(`${resolvedModule?.resolvedFileName}`).toContain(file);
  });
});
