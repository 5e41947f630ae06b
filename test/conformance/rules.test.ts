import { readFile } from 'node:fs/promises';
import { checks } from '@chat/conformance';
import { expect, it } from 'vitest';

it('every rule of the protocol document has one check, on the same layer', async () => {
  const text = await readFile(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
  const [core = '', extensions = ''] = text.split('## Extensions');
  const rulesOf = (part: string) =>
    [...part.matchAll(/^- \*\*([A-Z]+-\d+)\*\*/gm)].map(([, id]) => id);
  const checksOf = (layer: string) =>
    checks.filter((check) => check.layer === layer).map(({ id }) => id);
  expect(checksOf('core').sort()).toEqual(rulesOf(core).sort());
  expect(checksOf('extension').sort()).toEqual(rulesOf(extensions).sort());
});
