import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readPassword } from './read-password.js';
import type { Terminal } from './terminal.js';

/** A terminal that remembers what a person would see, and whether keys were echoed. */
function createTerminal({ isTTY }: { isTTY: boolean }) {
  const raw: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: (on: boolean) => raw.push(on),
  });
  const stderr = new PassThrough();
  const terminal: Terminal = { stdin, stdout: new PassThrough(), stderr, environment: {} };
  return {
    terminal,
    raw,
    type: (keys: string) => stdin.write(keys),
    seen: () => String(stderr.read() ?? ''),
  };
}

test('asks twice at a terminal, and shows nothing of what is typed', async () => {
  const { terminal, raw, type, seen } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('s3cres\u007fet\r');
  type('s3creet\r');
  expect(await password).toBe('s3creet');
  expect(raw).toEqual([true, false, true, false]);
  expect(seen()).toBe('Password: \nAgain: \n');
});

test('takes both lines when they are pasted at once', async () => {
  const { terminal, type } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('pässwörd 🦕\rpässwörd 🦕\r');
  expect(await password).toBe('pässwörd 🦕');
});

test('does not take two that differ, nor none', async () => {
  const differing = createTerminal({ isTTY: true });
  const one = readPassword(differing.terminal);
  differing.type('one\rother\r');
  await expect(one).rejects.toThrow('The two passwords differ.');

  const none = createTerminal({ isTTY: true });
  const nothing = readPassword(none.terminal);
  none.type('\r\r');
  await expect(nothing).rejects.toThrow('A password must not be empty.');
});

test('gives the terminal back when it is interrupted', async () => {
  const { terminal, raw, type } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('s3c\u0003');
  await expect(password).rejects.toThrow('No password was given.');
  expect(raw).toEqual([true, false]);
});

test('reads the first line of a pipe, without its end', async () => {
  const { terminal, type } = createTerminal({ isTTY: false });
  const password = readPassword(terminal);
  type(' s3cret with spaces \r\nand more');
  expect(await password).toBe(' s3cret with spaces ');
});
