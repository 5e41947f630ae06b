// Builds the packages side by side; names choose some. First the code, which is quick, then the declarations, which are
// not: `--code` leaves them out, for whoever only runs what is built. What was made already, from the very same files
// into the very same files, is left as it is.
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { digest } from './build/digest.mjs';

const root = new URL('..', import.meta.url).pathname;
const stamps = join(root, 'node_modules/.cache/chat-build');
const shared = ['package-lock.json', 'tsconfig.json', 'scripts/build.mjs', 'scripts/build'];
const tsup = join(root, 'node_modules/tsup/dist/cli-default.js');
const script = (name) => join(root, 'scripts/build', name);

const isDeclaration = (file) => /\.d\.c?ts$/.test(file);
const code = {
  name: 'code',
  run: [[tsup, '--silent'], [script('notices.mjs')]],
  makes: (file) => !isDeclaration(file),
};
const types = { name: 'types', run: [[script('declarations.mjs')]], makes: isDeclaration };
/** The contract is private: nobody reads its declarations. */
const parts = { contract: [code], client: [code, types], server: [code, types] };

const { values, positionals } = parseArgs({
  options: { code: { type: 'boolean' } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(
    `There is no package ${unknown.join(', ')} to build: ${Object.keys(parts).join(', ')}.`,
  );
  process.exit(2);
}
const chosen = positionals.length > 0 ? positionals : Object.keys(parts);
const built = await Promise.all(chosen.map(build));
if (built.includes(false)) process.exitCode = 1;

async function build(name) {
  const sources = await digest(
    [...shared, ...[name, 'contract'].flatMap(sourcesOf)],
    // No test is in what is built.
    (file) => !/\.test(-d)?\.tsx?$/.test(file),
  );
  const wanted = parts[name].filter((part) => part === code || !values.code);
  for (const part of wanted) {
    if (!(await make(name, part, sources))) return false;
  }
  return true;
}

async function make(name, part, sources) {
  const folder = join(root, 'packages', name);
  const stamp = join(stamps, `${name}-${part.name}.json`);
  const known = await readFile(stamp, 'utf8').then(JSON.parse, () => ({}));
  const made = () => digest([`packages/${name}/dist`], part.makes);
  if (known.sources === sources && known.made === (await made())) {
    console.log(`packages/${name}: ${part.name} made before.`);
    return true;
  }
  const started = performance.now();
  for (const parameters of part.run) {
    const { code: exit, output } = await execute(parameters, folder);
    if (exit === 0) continue;
    console.error(`${output}\nThe ${part.name} of packages/${name} could not be made.`);
    return false;
  }
  await mkdir(stamps, { recursive: true });
  await writeFile(stamp, JSON.stringify({ sources, made: await made() }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`packages/${name}: ${part.name} made (${seconds} s).`);
  return true;
}

function sourcesOf(name) {
  return ['src', 'package.json', 'tsup.config.ts'].map((file) => `packages/${name}/${file}`);
}

/** @returns {Promise<{ code: number | null, output: string }>} */
function execute(parameters, cwd) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, parameters, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
