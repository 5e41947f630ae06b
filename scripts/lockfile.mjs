// Completes package-lock.json: npm omits the binaries of other platforms (npm/cli#4828) when the registry does not offer
// them, and `npm ci` then rejects the lock file on every machine. With --check it only reports them.
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

/** Looks where Node does: in the `node_modules` of the package, then of each parent folder. */
function isLocked(path, name) {
  for (let folder = path; ; folder = folder.replace(/\/?(node_modules\/(@[^/]+\/)?)?[^/]+$/, '')) {
    if (`${folder && `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}

/** The platform in names such as `binding-linux-arm64-musl`. */
function platformOf(name) {
  const parts = name.split(/[/-]/);
  const os = systems.filter((system) => parts.includes(system));
  const cpu = processors.filter((processor) => parts.includes(processor));
  if (os.length === 0 || cpu.length === 0) throw new Error(`The platform of ${name} is unknown.`);
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu')) && os[0] === 'linux'
      ? ['glibc']
      : undefined;
  return { cpu, ...(libc && { libc }), os };
}
