import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { expect } from 'vitest';
import type { Store } from '../../domain/ports/store.js';
import type { BuiltProgram } from './build-program.js';

type RunningProgram = ChildProcessByStdio<null, Readable, null>;

export function startProgram(program: BuiltProgram, ...args: string[]): RunningProgram {
  return spawn(process.execPath, [program.path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** All lines that it prints until it ends. */
export async function readLines({ stdout }: RunningProgram): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stdout })) lines.push(line);
  return lines;
}

/** Runs `store-process.ts` until it has printed `count` lines, kills it, and returns all its lines. */
export async function writeUntilKilled(
  program: BuiltProgram,
  where: string,
  count: number,
): Promise<string[]> {
  const child = startProgram(program, 'write', where);
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    // The kill may cut the last line.
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
export async function expectStored(store: Store, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const [userId = '', seq, id] = line.split(' ');
    const range = { from: Number(seq), to: Number(seq) };
    expect(await store.messages(userId, range)).toMatchObject([{ id, content: 'stored?' }]);
  }
}
