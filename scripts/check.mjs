// Everything that must hold before a change is merged. `--only a,b` and `--except a,b` select steps by name.
import { readOptions } from './lib/options.mjs';
import { run } from './lib/run.mjs';
import { assertKnown, Steps } from './lib/steps.mjs';

/** Steps whose output is interesting when they pass, too. */
const shown = ['tests', 'sizes', 'packages', 'install-size'];
const commands = {
  lockfile: 'node scripts/lockfile.mjs --check',
  lint: 'biome check --error-on-warnings',
  directions:
    'depcruise packages/contract/src packages/conformance/src packages/client/src packages/server/src packages/test-support/src --config .dependency-cruiser.mjs',
  // The types of a package are read from dist/, so the following steps need the build.
  build: 'npm run build',
  types: 'tsc --noEmit',
  'browser-types': 'tsc --noEmit -p packages/client/tsconfig.browser.json',
  'doc-code': 'node scripts/doc-code.mjs',
  links: 'node scripts/links.mjs',
  unused: 'knip --no-config-hints',
  specs: 'node scripts/specs.mjs --check',
  api: 'node scripts/api-report.mjs --check',
  performance: 'node bench/run.mjs --check',
  runtimes: 'node scripts/matrix.mjs --check',
  openapi: 'redocly lint',
  tests: 'vitest run --config vitest.workspace.ts',
  sizes: 'node scripts/sizes.mjs',
  packages: 'node scripts/check-packages.mjs',
  'install-size': 'node scripts/install-size.mjs',
};

const { values } = readOptions({ only: { type: 'string' }, except: { type: 'string' } });
const only = values.only?.split(',');
const except = values.except?.split(',') ?? [];
assertKnown('step', [...(only ?? []), ...except], Object.keys(commands));

const steps = new Steps();
for (const [name, command] of Object.entries(commands)) {
  if (except.includes(name) || (only !== undefined && !only.includes(name))) continue;
  const [program, ...parameters] = command.split(' ');
  const { ok } = await steps.run(name, async () => {
    await run(program, parameters, { show: shown.includes(name) });
  });
  if (!ok && name === 'build') break;
}
steps.finish();
