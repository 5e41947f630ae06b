import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

async function workflows() {
  const files = await readdir(new URL('.github/workflows/', root));
  const texts = await Promise.all(files.map((file) => read(`.github/workflows/${file}`)));
  return new Map(files.map((file, index) => [file, texts[index] ?? '']));
}

test('pins every action to a major version', async () => {
  for (const [file, text] of await workflows()) {
    const used = [...text.matchAll(/uses: *(\S+)/g)].map(([, action]) => `${file}: ${action}`);
    expect(used.filter((action) => !/@v\d+$/.test(action))).toEqual([]);
    expect(used).not.toEqual([]);
  }
});

test('no file contains the URL of a registry', async () => {
  const files = ['.npmrc', 'package.json', 'packages/client/package.json'];
  files.push('packages/server/package.json', 'package-lock.json');
  const texts = new Map(await workflows());
  for (const file of files) texts.set(file, await read(file));
  const naming = [...texts].filter(([, text]) =>
    /registry[-_]?url|\/\/registry\.|"resolved": "http/.test(text),
  );
  expect(naming.map(([file]) => file)).toEqual([]);
});

test('tests a change on every supported version of Node', async () => {
  const check = (await workflows()).get('check.yml');
  expect(check).toContain('node: [20, 22, 24, 26]');
  expect(check).toContain('.ci/run');
});

test('publishes a release with provenance', async () => {
  const release = (await workflows()).get('release.yml');
  expect(release).toContain('id-token: write');
  expect(release).toContain('NPM_CONFIG_PROVENANCE: "true"');
  for (const name of ['client', 'server']) {
    const { publishConfig } = JSON.parse(await read(`packages/${name}/package.json`));
    expect(publishConfig).toEqual({ access: 'public', provenance: true });
  }
});

test('releases both packages with one version', async () => {
  const { fixed } = JSON.parse(await read('.changeset/config.json'));
  expect(fixed).toEqual([['@chat/client', '@chat/server']]);
});
