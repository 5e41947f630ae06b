import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts a program that prints its URL, and requests `/healthz`.
 * @param {string[]} parameters of Node
 * @param {Record<string, string>} [environment]
 * @returns {Promise<number>} the time from the start to the response, in milliseconds
 */
export async function firstResponse(parameters, environment = {}) {
  const started = performance.now();
  const child = spawn(process.execPath, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  try {
    const response = await fetch(`${await printedUrl(child)}/healthz`);
    await response.arrayBuffer();
    const took = performance.now() - started;
    if (!response.ok) throw new Error(`/healthz responds with ${response.status}.`);
    return took;
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

async function printedUrl(child) {
  for await (const line of createInterface({ input: child.stdout })) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The program ended without a URL.');
}
