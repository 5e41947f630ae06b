// The results files: what the last run measured, and the newest figures of everything.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';

const folder = new URL('results/', import.meta.url);
const newest = new URL('newest.json', folder);

export function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model, cores: cpus().length, memory: totalmem(), node: process.version };
}

/** A run of a part renews that part of the newest figures; small sizes say nothing and are kept apart. */
export async function saveResults({ smoke, command, results }) {
  await mkdir(folder, { recursive: true });
  const run = { when: new Date().toISOString(), command, smoke, results };
  const name = `${run.when.replaceAll(':', '-')}${smoke ? '-smoke' : ''}.json`;
  await write(new URL(name, folder), run);
  if (!smoke) await write(newest, mergeResults(await newestResults(), results));
}

export function newestResults() {
  return readResults(newest);
}

/** @param {URL} file of results; a missing one has none */
export async function readResults(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Of each measurement the newer result. */
export function mergeResults(...lists) {
  const byName = new Map();
  for (const result of lists.flat()) {
    const known = byName.get(result.name);
    if (known === undefined || known.when <= result.when) byName.set(result.name, result);
  }
  return [...byName.values()];
}

async function write(file, content) {
  await writeFile(file, `${JSON.stringify(content, null, 2)}\n`);
}
