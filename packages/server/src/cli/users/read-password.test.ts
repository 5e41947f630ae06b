import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Terminal } from '../output/terminal.js';
import { readPassword } from './read-password.js';

/** Creates a terminal that records its output and each change of raw mode. */
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
    output: () => String(stderr.read() ?? ''),
  };
}

test('prompts twice at a terminal, and does not echo the input', async () => {
  const { terminal, raw, type, output } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('s3cres\u007fet\r');
  type('s3creet\r');
  expect(await password).toBe('s3creet');
  expect(raw).toEqual([true, false, true, false]);
  expect(output()).toBe('Password: \nAgain: \n');
});

test('accepts both lines when they are pasted together', async () => {
  const { terminal, type } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('pässwörd 🦕\rpässwörd 🦕\r');
  expect(await password).toBe('pässwörd 🦕');
});

test('rejects two different passwords and an empty password', async () => {
  const differing = createTerminal({ isTTY: true });
  const rejected = readPassword(differing.terminal);
  differing.type('one\rother\r');
  await expect(rejected).rejects.toThrow('The two passwords differ.');

  const empty = createTerminal({ isTTY: true });
  const rejectedEmpty = readPassword(empty.terminal);
  empty.type('\r\r');
  await expect(rejectedEmpty).rejects.toThrow('A password must not be empty.');
});

test('restores the terminal when it is interrupted', async () => {
  const { terminal, raw, type } = createTerminal({ isTTY: true });
  const password = readPassword(terminal);
  type('s3c\u0003');
  await expect(password).rejects.toThrow('No password was given.');
  expect(raw).toEqual([true, false]);
});

test('reads the first line of a pipe, without the line break', async () => {
  const { terminal, type } = createTerminal({ isTTY: false });
  const password = readPassword(terminal);
  type(' s3cret with spaces \r\nand more');
  expect(await password).toBe(' s3cret with spaces ');
});
