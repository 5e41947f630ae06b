// Starts the real server, and runs the program in its own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChatClient } from '@chat/client';
import { createChatServer } from '@chat/server';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const credentials = { username: 'ada', password: 's3cret' };

/**
 * @param {import('node:test').TestContext} t
 * @param {object} options
 * @param {string[]} options.questions
 * @param {import('@chat/server').ChatServerOptions['limits']} [options.limits]
 * @param {(question: string) => Promise<string>} [options.reply]
 */
export async function setUp(t, { questions, limits = {}, reply = async (q) => `Re: ${q}` }) {
  const folder = await mkdtemp(join(tmpdir(), 'node-automation-'));
  const questionsFile = join(folder, 'questions.txt');
  const answersFile = join(folder, 'answers.jsonl');
  await writeFile(questionsFile, `${questions.join('\n')}\n`);
  const app = await createChatServer({
    users: [credentials],
    limits: { loginsPerWindow: 1000, ...limits },
    assistant: { reply: ({ messages }) => reply(messages.at(-1)?.content ?? '') },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = [];
  t.after(async () => {
    for (const child of children) child.kill('SIGKILL');
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const access = { baseUrl: url, credentials };
  return {
    access,
    questionsFile,
    answersFile,
    /** @param {string[]} options */
    start(...options) {
      const parameters = [main, questionsFile, answersFile, '--url', url, ...options];
      const env = { PATH: process.env.PATH, CHAT_PASSWORD: credentials.password };
      const child = spawn(process.execPath, parameters, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      let log = '';
      child.stderr.setEncoding('utf8').on('data', (text) => {
        log += text;
      });
      const ended = once(child, 'close').then(([code]) => code);
      return {
        ended,
        log: () => log,
        /** @param {NodeJS.Signals} signal */
        async kill(signal) {
          child.kill(signal);
          return ended;
        },
        /** @param {string} text */
        async waitForOutput(text) {
          while (!log.includes(text)) await once(child.stderr, 'data');
        },
      };
    },
    async answers() {
      const lines = (await readFile(answersFile, 'utf8')).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line));
    },
    /** The user's messages that the server stored, oldest first. */
    async stored() {
      const client = new ChatClient(access);
      const contents = [];
      for await (const { role, content } of client.chat.history({ order: 'asc', pageSize: 100 })) {
        if (role === 'user') contents.push(content);
      }
      await client.close();
      return contents;
    },
  };
}

/** @param {number} count */
export function numbered(count) {
  return Array.from({ length: count }, (_, index) => `Question ${index + 1}?`);
}
