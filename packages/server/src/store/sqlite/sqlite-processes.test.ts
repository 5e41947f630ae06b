import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqliteStore } from '../sqlite-store.js';
import { buildProgram, type Program } from '../testing/build-program.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-processes-'));
let program: Program;
beforeAll(async () => {
  program = await buildProgram('./sqlite-process.ts');
}, 60_000);
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]) =>
  spawn(process.execPath, [program.path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

async function linesOf(child: ChildProcess & { stdout: NodeJS.ReadableStream }) {
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

describe('a process that is killed while it writes', () => {
  it('loses nothing that it acknowledged, and leaves a sound store', async () => {
    const path = join(folder, 'killed.db');
    const acknowledged: string[] = [];
    // Each round begins where the killed one before it left off.
    for (const lines of [1, 40, 171, 502, 777]) {
      acknowledged.push(...(await writeUntilKilled(path, lines)));
      const store = await openSqliteStore({ path });
      expect(await store.check()).toEqual([]);
      for (const line of acknowledged) {
        const [userId = '', seq, id] = line.split(' ');
        const range = { from: Number(seq), to: Number(seq) };
        expect(await store.messages(userId, range)).toMatchObject([{ id, content: 'kept?' }]);
      }
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1_491);
  }, 60_000);

  async function writeUntilKilled(path: string, count: number): Promise<string[]> {
    const child = start('write', path);
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
});

describe('ten processes that open one new file together', () => {
  it('make the tables once and all come to write', async () => {
    const path = join(folder, 'together.db');
    const names = Array.from({ length: 10 }, (_, index) => `name-${index}`);
    const children = names.map((name) => start('add-user', path, name));
    const printed = await Promise.all(children.map(linesOf));
    expect(printed).toEqual(names.map((name) => [`added ${name}`]));

    const store = await openSqliteStore({ path });
    for (const name of names) expect(await store.userByName(name)).toMatchObject({ id: name });
    expect(await store.check()).toEqual([]);
    await store.close();
  }, 60_000);

  it('give a name to one of them', async () => {
    const path = join(folder, 'name.db');
    const children = Array.from({ length: 4 }, () => start('add-user', path, 'ada'));
    const printed = await Promise.all(children.map(linesOf));
    expect(printed.flat().sort()).toEqual(['added ada', 'taken ada', 'taken ada', 'taken ada']);
  }, 60_000);
});
