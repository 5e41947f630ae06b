import { build } from 'esbuild';
import { expect, it } from 'vitest';

const dist = new URL('../../packages/client/dist/', import.meta.url).pathname;

async function bundled(contents: string): Promise<{ inputs: string[]; imports: Set<string> }> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: dist },
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['react'],
  });
  const [output] = Object.values(metafile.outputs);
  // Only what is left after all that nobody uses was dropped.
  const used = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    inputs: used.map(([path]) => path.replace(/^.*packages\/client\/dist\//, '')),
    imports: new Set(output!.imports.map(({ path }) => path)),
  };
}

it('the client alone brings nothing of React', async () => {
  const { inputs, imports } = await bundled(`export { ChatClient } from './index.js';`);
  expect(inputs).toContain('index.js');
  expect(inputs.filter((path) => path.startsWith('react/'))).toEqual([]);
  expect([...imports]).toEqual([]);
});

it('the hook brings the client once, and leaves React to the application', async () => {
  const both = `export { ChatClient } from './index.js'; export { useChat } from './react/index.js';`;
  const { inputs, imports } = await bundled(both);
  const own = inputs.filter((path) => !path.includes('node_modules'));
  expect(own.filter((path) => !path.includes('chunk-')).sort()).toEqual([
    'index.js',
    'react/index.js',
  ]);
  expect([...imports]).toEqual(['react']);
});
