// Completes package-lock.json: npm leaves out the binaries of other platforms where it cannot see them (npm/cli#4828,
// a registry that mirrors part of them), and `npm ci` then refuses the lock file on every machine. With --check it says so.
import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('../package-lock.json', import.meta.url);
const systems = 'android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' ');
const processors = 'arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x x64 wasm32'.split(' ');

const lock = JSON.parse(await readFile(file, 'utf8'));
const missing = {};
for (const [path, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(path, name)) continue;
    missing[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(dev && { dev }),
      optional: true,
    };
  }
}

const names = Object.keys(missing);
if (names.length === 0) {
  console.log('package-lock.json is complete.');
} else if (process.argv.includes('--check')) {
  console.error(
    `package-lock.json lacks ${names.length} packages, such as ${names[0]}: run "node scripts/lockfile.mjs".`,
  );
  process.exitCode = 1;
} else {
  const all = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`package-lock.json: ${names.length} packages added.`);
}

/** Looks where Node would: beside the package, then in each folder above it. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.replace(/\/?(node_modules\/(@[^/]+\/)?)?[^/]+$/, '')) {
    if (`${folder && `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

/** From names such as `binding-linux-arm64-musl`, which all such packages have. */
function platformOf(name) {
  const parts = name.split(/[/-]/);
  const os = systems.filter((system) => parts.includes(system));
  const cpu = processors.filter((processor) => parts.includes(processor));
  if (os.length === 0 || cpu.length === 0) throw new Error(`For which platform is ${name}?`);
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu')) && os[0] === 'linux'
      ? ['glibc']
      : undefined;
  return { cpu, ...(libc && { libc }), os };
}
