import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reviewPlan, reviewVersions } from '../../scripts/release/review.mjs';

const published = ['@chat/client', '@chat/server'];
const release = (name: string, newVersion: string, type = 'minor') => ({ name, newVersion, type });

test('a plan gives both packages one version', () => {
  const plan = (...releases: ReturnType<typeof release>[]) => reviewPlan({ releases }, published);
  const client = release('@chat/client', '0.2.0');
  expect(plan(client, release('@chat/server', '0.2.0'))).toEqual([]);
  expect(plan(client)).toEqual([
    '@chat/server would not be released: do both stand in "fixed" of .changeset/config.json?',
  ]);
  expect(plan(client, release('@chat/server', '0.1.1'))).toEqual([
    'There would be several versions: 0.2.0, 0.1.1.',
  ]);
  expect(
    plan(client, release('@chat/server', '0.2.0'), release('@chat/contract', '0.2.0')),
  ).toEqual(['@chat/contract would be released, and is private.']);
});

test('raised versions agree with the lock file and the changelogs, and no changeset is left', async () => {
  const root = await mkdtemp(join(tmpdir(), 'chat-plan-'));
  try {
    const packages: Record<string, { version: string }> = {};
    for (const name of ['client', 'server']) {
      packages[`packages/${name}`] = { version: '0.2.0' };
      await mkdir(join(root, 'packages', name), { recursive: true });
      await writeFile(join(root, 'packages', name, 'package.json'), '{ "version": "0.2.0" }');
      await writeFile(join(root, 'packages', name, 'CHANGELOG.md'), '# It\n\n## 0.2.0\n');
    }
    await mkdir(join(root, '.changeset'));
    const lock = () => writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages }));
    await lock();
    expect(await reviewVersions(root, published, '0.2.0')).toEqual([]);

    packages['packages/client'] = { version: '0.1.0' };
    await lock();
    await writeFile(join(root, 'packages/server/package.json'), '{ "version": "0.1.1" }');
    await rm(join(root, 'packages/server/CHANGELOG.md'));
    await writeFile(join(root, '.changeset/left.md'), '');
    expect(await reviewVersions(root, published, '0.2.0')).toEqual([
      'package-lock.json knows @chat/client as 0.1.0, not 0.2.0.',
      '@chat/server has become 0.1.1, not 0.2.0.',
      'packages/server/CHANGELOG.md says nothing of 0.2.0.',
      'Changesets are left over: left.md.',
    ]);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});
