import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { checks } from '../../packages/server/src/conformance/checks/index.js';

it('has one check for every rule of the protocol document, on the same layer', async () => {
  const text = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const [core = '', extensions = ''] = text.split('## Extensions');
  const rulesOf = (part: string) =>
    [...part.matchAll(/^- \*\*([A-Z]+-\d+)\*\*/gm)].map(([, id]) => id);
  const checksOf = (layer: string) =>
    checks.filter((check) => check.layer === layer).map(({ id }) => id);
  expect(checksOf('core').sort()).toEqual(rulesOf(core).sort());
  expect(checksOf('extension').sort()).toEqual(rulesOf(extensions).sort());
});
