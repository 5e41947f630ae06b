import { expect, test } from 'vitest';
import { areasOf, modulesOf } from '../../scripts/sizes/areas.mjs';
import { weighParts } from '../../scripts/sizes/parts.mjs';

test('every byte of the client that is weighed is in one area, and in one file', async () => {
  const { 'the whole client': whole } = await weighParts();
  const areas = areasOf(whole);
  const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);
  expect(sum(areas.map(({ minified }) => minified))).toBe(whole.minified);
  expect(sum(modulesOf(whole).map(([, bytes]) => bytes))).toBe(whole.minified);
  expect(areas.map(({ area }) => area).sort()).toEqual([
    'client/src',
    'client/src/auth',
    'client/src/errors',
    'client/src/http',
    'client/src/socket',
    'contract',
    'isomorphic-ws',
    'ky',
    'what joins the parts',
  ]);
});
