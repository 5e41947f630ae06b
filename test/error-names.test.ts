import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test('an uncaught error is printed with its class name after minification', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: "export * from './call-errors.js';",
      resolveDir: fileURLToPath(new URL('../packages/client/src/errors', import.meta.url)),
    },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
  });
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64');
  const { ConnectionError } = await import(`data:text/javascript;base64,${code}`);
  expect(inspect(new ConnectionError('No response.'))).toMatch(/^ConnectionError: No response\./);
});
