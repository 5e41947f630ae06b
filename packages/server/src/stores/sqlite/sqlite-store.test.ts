import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeStore } from '../testing/suite/store-suite.js';
import { openSqliteStore } from './sqlite-store.js';

const folder = mkdtempSync(join(tmpdir(), 'chat-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

describeStore('the SQLite store in a file', () => {
  files += 1;
  return openSqliteStore({ path: join(folder, `${files}.db`) });
});
describeStore('the SQLite store in memory', () => openSqliteStore({ path: ':memory:' }));
