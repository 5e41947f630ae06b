// Runs the tests of the examples as a reader would: each is copied out of the repository and installs the packed packages.
// Names select some: `node scripts/examples.mjs test-with-msw`. `npm run build` comes first.
// Without names it runs all except the slow ones, which `npm run matrix` runs.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { examplesFolder, installExample, packAll } from './lib/examples.mjs';
import { withTemporaryFolder } from './lib/packages.mjs';
import { run } from './lib/run.mjs';
import { assertKnown, Steps } from './lib/steps.mjs';

const slow = ['nextjs-chat'];
const withTests = [];
for (const name of await readdir(examplesFolder)) {
  const manifest = await readFile(join(examplesFolder, name, 'package.json'), 'utf8').catch(
    () => '{}',
  );
  if (JSON.parse(manifest).scripts?.test !== undefined) withTests.push(name);
}
const selected = process.argv.slice(2);
assertKnown('example', selected, withTests);

const steps = new Steps();
await withTemporaryFolder(async (folder) => {
  const tarballs = await packAll(folder);
  const names = selected.length > 0 ? selected : withTests.filter((name) => !slow.includes(name));
  for (const name of names) {
    await steps.run(name, async () => {
      const project = join(folder, name);
      await installExample(name, project, tarballs);
      await run('npm', ['test'], { cwd: project, show: true });
    });
  }
});
steps.finish();
