import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltProgram, buildProgram } from '../testing/build-program.js';
import { expectStored, readLines, startProgram, writeUntilKilled } from '../testing/run-program.js';
import { openSqliteStore } from './sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-processes-'));
let program: BuiltProgram;
beforeAll(async () => {
  program = await buildProgram('./store-process.ts');
});
afterAll(() => {
  program.remove();
  rmSync(folder, { recursive: true });
});

const addUser = (path: string, name: string) =>
  readLines(startProgram(program, 'add-user', path, name));

describe('a process that is killed while it writes', () => {
  it('loses nothing that it acknowledged, and leaves a valid store', async () => {
    const path = join(folder, 'killed.db');
    const acknowledged: string[] = [];
    // Each round continues on the file of the killed one before it.
    for (const lines of [1, 40, 171, 502, 777]) {
      acknowledged.push(...(await writeUntilKilled(program, path, lines)));
      const store = await openSqliteStore({ path });
      expect(await store.check()).toEqual([]);
      await expectStored(store, acknowledged);
      await store.close();
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(1_491);
  });
});

describe('ten processes that open one new file at the same time', () => {
  it('create the tables once, and all of them write', async () => {
    const path = join(folder, 'together.db');
    const names = Array.from({ length: 10 }, (_, index) => `name-${index}`);
    const printed = await Promise.all(names.map((name) => addUser(path, name)));
    expect(printed).toEqual(names.map((name) => [`added ${name}`]));

    const store = await openSqliteStore({ path });
    for (const name of names) expect(await store.userByName(name)).toMatchObject({ id: name });
    expect(await store.check()).toEqual([]);
    await store.close();
  });

  it('give a user name to one of them', async () => {
    const path = join(folder, 'name.db');
    const printed = await Promise.all(Array.from({ length: 4 }, () => addUser(path, 'ada')));
    expect(printed.flat().sort()).toEqual(['added ada', 'taken ada', 'taken ada', 'taken ada']);
  });
});
