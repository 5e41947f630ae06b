// Builds the packages in the order in which they need each other.
import { spawnSync } from 'node:child_process';

for (const name of ['contract', 'client', 'server']) {
  const built = spawnSync('npm', ['run', 'build', '--silent', '-w', `packages/${name}`], {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (built.status !== 0) {
    console.error(`The build of packages/${name} failed.`);
    process.exit(built.status ?? 1);
  }
}
