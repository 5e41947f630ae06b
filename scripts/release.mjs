// Publishes the packages whose version the registry lacks, after a build and a check of the tarballs.
// With --dry-run npm only says what it would do.
import { publishedPackages } from './lib/packages.mjs';
import { placeholder, repository } from './lib/repository.mjs';
import { run } from './lib/run.mjs';

// PLACEHOLDER: the manifests name no real repository. A release writes the one that its workflow runs in; the registry
// compares it with the provenance.
if (repository === placeholder) {
  throw new Error('Set GITHUB_SERVER_URL and GITHUB_REPOSITORY, as GitHub Actions do.');
}
for (const name of publishedPackages) {
  const fields = {
    homepage: `${repository}#readme`,
    'bugs.url': `${repository}/issues`,
    'repository.type': 'git',
    'repository.url': `git+${repository}.git`,
    'repository.directory': `packages/${name}`,
  };
  const settings = Object.entries(fields).map(([key, value]) => `${key}=${value}`);
  await run('npm', ['pkg', 'set', ...settings, '--workspace', `packages/${name}`]);
}
await run('npm', ['run', 'build'], { show: true });
await run(process.execPath, ['scripts/check-packages.mjs'], { show: true });
if (process.argv.includes('--dry-run')) {
  for (const name of publishedPackages) {
    const { stderr } = await run('npm', [
      'publish',
      '--dry-run',
      '--workspace',
      `packages/${name}`,
    ]);
    // npm would correct the package silently.
    const corrections = stderr.match(/^npm warn publish .*(corrected|"npm pkg fix"|removed).*$/gm);
    if (corrections !== null) throw new Error(corrections.join('\n'));
  }
} else {
  await run('changeset', ['publish'], { show: true });
}
