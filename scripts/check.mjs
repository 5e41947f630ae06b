// Everything that has to hold before a change goes in. `--only a,b` and `--except a,b` choose steps by name.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

const steps = [
  { name: 'lockfile', run: 'node scripts/lockfile.mjs --check' },
  { name: 'lint', run: 'biome check --error-on-warnings' },
  {
    name: 'directions',
    run: 'depcruise packages/contract/src packages/client/src packages/server/src --config .dependency-cruiser.mjs',
  },
  // The types of a package that was built are read from dist/, so what follows needs the build.
  { name: 'build', run: 'node scripts/build.mjs', neededByOthers: true },
  { name: 'types', run: 'tsc --noEmit' },
  { name: 'doc-code', run: 'node scripts/doc-code.mjs' },
  { name: 'links', run: 'node scripts/links.mjs' },
  { name: 'unused', run: 'knip --no-config-hints' },
  { name: 'specs', run: 'node scripts/specs.mjs --check' },
  { name: 'api', run: 'node scripts/api-report.mjs --check' },
  { name: 'performance', run: 'node bench/run.mjs --check' },
  { name: 'runtimes', run: 'node scripts/matrix.mjs --check' },
  { name: 'openapi', run: 'redocly lint' },
  { name: 'tests', run: 'vitest run --config vitest.workspace.ts', show: true },
  { name: 'sizes', run: 'node scripts/sizes.mjs', show: true },
  { name: 'packages', run: 'node scripts/check-packages.mjs', show: true },
];

const { values } = parseArgs({
  options: { only: { type: 'string' }, except: { type: 'string' } },
});
const only = values.only?.split(',');
const except = values.except?.split(',') ?? [];
const unknown = [...(only ?? []), ...except].filter((name) => !steps.some((s) => s.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no step ${unknown.join(', ')}: ${steps.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const chosen = steps.filter(({ name }) => (only?.includes(name) ?? true) && !except.includes(name));

const failed = [];
let passed = 0;
for (const step of chosen) {
  const { ok, seconds, output } = await execute(step);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${step.name.padEnd(11)} ${seconds} s`);
  if (ok) {
    passed += 1;
    continue;
  }
  failed.push(step.name);
  if (!step.show) console.log(output);
  if (step.neededByOthers) break;
}
if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}.`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function execute({ run, show }) {
  const [command, ...parameters] = run.split(' ');
  const started = performance.now();
  const path = `${new URL('../node_modules/.bin', import.meta.url).pathname}:${process.env.PATH}`;
  const child = spawn(command, parameters, {
    cwd: new URL('..', import.meta.url).pathname,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (text) => (output += text));
  child.stderr?.on('data', (text) => (output += text));
  const code = await new Promise((resolve) => {
    child.on('close', resolve);
    child.on('error', (error) => {
      output += `${error.message}\n`;
      resolve(1);
    });
  });
  return { ok: code === 0, seconds: ((performance.now() - started) / 1000).toFixed(1), output };
}
