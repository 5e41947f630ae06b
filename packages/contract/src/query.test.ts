import { describe, expect, test } from 'vitest';
import { parseQuery } from './query.js';
import { routeSpecs } from './route-specs.js';

const history = routeSpecs.history.query;

test('uses the defaults of the API document for an empty query', () => {
  expect(parseQuery(history, {})).toEqual({
    ok: true,
    query: { page: 1, pageSize: 20, order: 'desc' },
  });
});

test('parses known parameters and ignores unknown ones', () => {
  const raw = { page: '3', pageSize: '100', order: 'asc', sessionId: 's-1', colour: 'red' };
  expect(parseQuery(history, raw)).toEqual({
    ok: true,
    query: { page: 3, pageSize: 100, order: 'asc', sessionId: 's-1' },
  });
});

describe.each(['page', 'pageSize'])('%s', (name) => {
  test.each([
    ['zero', '0'],
    ['negative', '-1'],
    ['a fraction', '1.5'],
    ['an exponent', '1e9'],
    ['not a number', 'NaN'],
    ['infinite', 'Infinity'],
    ['hexadecimal', '0x10'],
    ['signed', '+1'],
    ['padded with spaces', ' 1'],
    ['empty', ''],
    ['digits of another script', '١'],
    ['longer than a number can hold', '99999999999999999'],
  ])('rejects a value that is %s', (_, value) => {
    const parsed = parseQuery(history, { [name]: value });
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed).toHaveProperty('detail', expect.stringContaining(`"${name}" must be a whole`));
  });

  test('rejects a repeated parameter', () => {
    expect(parseQuery(history, { [name]: ['1', '2'] })).toEqual({
      ok: false,
      detail: `Query parameter "${name}" must be given once.`,
    });
  });
});

test('names the bounds when the page size is too large', () => {
  expect(parseQuery(history, { pageSize: '101' })).toEqual({
    ok: false,
    detail: 'Query parameter "pageSize" must be a whole number from 1 to 100.',
  });
});

test('accepts every safe integer as a page number', () => {
  expect(parseQuery(history, { page: '9007199254740991' })).toMatchObject({ ok: true });
  expect(parseQuery(history, { page: '9007199254740992' })).toEqual({
    ok: false,
    detail: 'Query parameter "page" must be a whole number from 1.',
  });
});

test('lists the choices when a value is not one of them', () => {
  expect(parseQuery(history, { order: 'DESC' })).toEqual({
    ok: false,
    detail: 'Query parameter "order" must be one of desc, asc.',
  });
});

test('rejects an empty text', () => {
  expect(parseQuery(history, { sessionId: '' })).toMatchObject({ ok: false });
});

test('ignores inherited properties of the query object', () => {
  const parameters = {
    constructor: { kind: 'text', description: '', example: '' },
  } as const;
  expect(parseQuery(parameters, {})).toEqual({ ok: true, query: {} });
});
