import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect } from 'vitest';
import type { Store } from '../../chat/store.js';
import type { Program } from './build-program.js';

type Running = ChildProcessByStdio<null, Readable, null>;

export function startProgram(program: Program, ...args: string[]): Running {
  return spawn(process.execPath, [program.path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** All that it prints until it ends. */
export async function linesOf({ stdout }: Running): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdout })) lines.push(line);
  return lines;
}

/** Lets `store-process.ts` write until it has printed `count` lines, and gives all that it printed. */
export async function writeUntilKilled(
  program: Program,
  where: string,
  count: number,
): Promise<string[]> {
  const child = startProgram(program, 'write', where);
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // What comes after the last line end may be cut short by the kill.
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    if (lines.length >= count) child.kill('SIGKILL');
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return lines;
}

/** Finds each message whose line `store-process.ts` printed. */
export async function expectKept(store: Store, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [userId = '', seq, id] = line.split(' ');
    const range = { from: Number(seq), to: Number(seq) };
    expect(await store.messages(userId, range)).toMatchObject([{ id, content: 'kept?' }]);
  }
}
