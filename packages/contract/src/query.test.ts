import { describe, expect, test } from 'vitest';
import { parseQuery } from './query.js';
import { requests } from './requests.js';

const history = requests.history.query;

test('a query without anything takes the defaults of the document', () => {
  expect(parseQuery(history, {})).toEqual({
    ok: true,
    query: { page: 1, pageSize: 20, order: 'desc' },
  });
});

test('takes what is given, and ignores what it does not know', () => {
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
  ])('that is %s is refused', (_, value) => {
    const parsed = parseQuery(history, { [name]: value });
    expect(parsed).toMatchObject({ ok: false });
    expect(parsed).toHaveProperty('detail', expect.stringContaining(`"${name}" must be a whole`));
  });

  test('that is repeated is refused', () => {
    expect(parseQuery(history, { [name]: ['1', '2'] })).toEqual({
      ok: false,
      detail: `Query parameter "${name}" must be given once.`,
    });
  });
});

test('a page size past the largest is refused with the bounds', () => {
  expect(parseQuery(history, { pageSize: '101' })).toEqual({
    ok: false,
    detail: 'Query parameter "pageSize" must be a whole number from 1 to 100.',
  });
});

test('a page number has no upper bound that a caller would meet', () => {
  expect(parseQuery(history, { page: '9007199254740991' })).toMatchObject({ ok: true });
  expect(parseQuery(history, { page: '9007199254740992' })).toEqual({
    ok: false,
    detail: 'Query parameter "page" must be a whole number from 1.',
  });
});

test('a word that is not one of the choices is refused with the choices', () => {
  expect(parseQuery(history, { order: 'DESC' })).toEqual({
    ok: false,
    detail: 'Query parameter "order" must be one of desc, asc.',
  });
});

test('an empty text is refused', () => {
  expect(parseQuery(history, { sessionId: '' })).toMatchObject({ ok: false });
});

test('what an object inherits is no parameter', () => {
  const parameters = { constructor: { kind: 'text' } } as const;
  expect(parseQuery(parameters, {})).toEqual({ ok: true, query: {} });
});
