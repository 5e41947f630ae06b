// Reads transcript.md: each numbered heading starts a message, which ends at the next heading.
import { readFile } from 'node:fs/promises';

/** @returns {Promise<{ title: string, text: string }[]>} */
export async function readTranscript() {
  const markdown = await readFile(new URL('transcript.md', import.meta.url), 'utf8');
  const parts = markdown.split(/^## \d+ · (.+)$/m).slice(1);
  const turns = [];
  for (let index = 0; index < parts.length; index += 2) {
    turns.push({ title: parts[index], text: parts[index + 1].replace(/^\n+|\n+$/g, '') });
  }
  return turns;
}
