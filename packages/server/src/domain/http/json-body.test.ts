import { expect, test } from 'vitest';
import { type BodyHeaders, parseJsonBody } from './json-body.js';

const json: BodyHeaders = { type: 'application/json', encoding: undefined };
const bytes = (text: string) => new TextEncoder().encode(text);

test.each<[what: string, text: string, headers: Partial<BodyHeaders>]>([
  ['in another spelling of the type', '{"a":1}', { type: 'Application/JSON ; Charset="UTF-8"' }],
  ['that says it is not compressed', '{"a":1}', { encoding: 'Identity' }],
  ['with brackets in its strings', `{"a":1,"b":"${'[{\\"'.repeat(99)}"}`, {}],
  ['after a byte order mark', '\ufeff{"a":1}', {}],
  ['with many brackets side by side', `{"a":1,"b":[${'[],'.repeat(99)}[]]}`, {}],
])('accepts a body %s', (_what, text, headers) => {
  expect(parseJsonBody(bytes(text), { ...json, ...headers })).toMatchObject({ a: 1 });
});

test('returns undefined for an empty body of any content type', () => {
  expect(parseJsonBody(bytes(''), { type: 'text/plain', encoding: 'gzip' })).toBeUndefined();
});

test.each<[what: string, body: string | number[], headers: Partial<BodyHeaders>, says: string]>([
  ['without a type', '{}', { type: undefined }, 'sent as Content-Type: application/json.'],
  ['of another type', '{}', { type: 'text/json' }, 'sent as Content-Type: application/json.'],
  ['in Latin 1', '{}', { type: 'application/json; charset=latin1' }, 'encoded in UTF-8.'],
  ['that is compressed', '{}', { encoding: 'gzip' }, 'must not be compressed.'],
  ['in broken UTF-8', [0x22, 0xff, 0x22], {}, 'not valid UTF-8.'],
  ['after two byte order marks', '\ufeff\ufeff{}', {}, 'not valid JSON.'],
  ['that ends too early', '{"password":"s3cret"', {}, 'The body is not valid JSON.'],
  ['of 33 levels', '['.repeat(33) + ']'.repeat(33), {}, 'must not nest deeper than 32 levels.'],
  ['of 33 levels behind a string', `{"a":"\\\\","b":${'['.repeat(32)}`, {}, 'deeper than 32'],
])('rejects a body %s', (_what, body, headers, says) => {
  const sent = typeof body === 'string' ? bytes(body) : Uint8Array.from(body);
  expect(() => parseJsonBody(sent, { ...json, ...headers })).toThrow(says);
});

test('accepts 32 levels', () => {
  expect(() => parseJsonBody(bytes('['.repeat(32) + ']'.repeat(32)), json)).not.toThrow();
});
