import { expect, test } from 'vitest';
import { cannotListen, plainRefusal } from './refusals.js';
import { settings } from './settings.js';

test.each([
  [
    "error: unknown option '--prot'\n(Did you mean --port?)\n",
    'There is no option --prot. Did you mean --port?',
  ],
  ["error: unknown option '--fast'\n", 'There is no option --fast.'],
  [
    "error: unknown option '--jwt-secret'\n",
    'There is no option --jwt-secret: set CHAT_JWT_SECRET, since options can be seen by others on the machine.',
  ],
  ["error: unknown command 'remove'\n", 'There is no command "remove"; --help lists them.'],
  ["error: option '--port <n>' argument missing\n", 'The option --port needs a value.'],
  ["error: missing required argument 'file'\n", '<file> is missing; see --help.'],
  ['error: something that is new to us\n', 'something that is new to us'],
])('%j is said in a sentence', (text, sentence) => {
  expect(plainRefusal(text, settings)).toBe(sentence);
});

test.each([
  ['EADDRINUSE', /^Port 3000 of 127\.0\.0\.1 is taken: .*--port/],
  ['EACCES', /^Port 3000 of 127\.0\.0\.1 needs rights .*--port/],
  ['EADDRNOTAVAIL', /^This machine has no address 127\.0\.0\.1: --host/],
  ['EPERM', /^Cannot listen on 127\.0\.0\.1, port 3000: not permitted\.$/],
])('who cannot listen because of %s is told what would help', (code, sentence) => {
  const error = Object.assign(new Error('not permitted'), { code });
  expect(cannotListen({ host: '127.0.0.1', port: 3000 }, error)).toMatch(sentence);
});
