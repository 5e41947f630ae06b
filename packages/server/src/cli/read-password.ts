import { StringDecoder } from 'node:string_decoder';
import { CommandError } from './command-error.js';
import type { Terminal } from './terminal.js';

const controlC = '\u0003';
const controlD = '\u0004';
const backspaces = new Set(['\u007f', '\b']);

/**
 * Reads a new password: twice and unseen at a terminal, else the first line of stdin.
 * @throws {CommandError} when there is none, or the two differ.
 */
export async function readPassword(terminal: Terminal): Promise<string> {
  const password =
    terminal.stdin.isTTY === true ? await askTwice(terminal) : await firstLine(terminal);
  if (password === '') throw new CommandError('A password must not be empty.');
  return password;
}

async function askTwice(terminal: Terminal): Promise<string> {
  const password = await ask(terminal, 'Password: ');
  const again = await ask(terminal, 'Again: ');
  if (password !== again) throw new CommandError('The two passwords differ.');
  return password;
}

async function firstLine({ stdin }: Terminal): Promise<string> {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of stdin) {
    text += decoder.write(Buffer.from(chunk));
    if (text.includes('\n')) break;
  }
  return text.split(/\r?\n/)[0] ?? '';
}

/** Reads one line key by key: in raw mode the terminal itself shows nothing. */
function ask({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode?.(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const stop = (settle: () => void): void => {
      stdin.off('data', take);
      stdin.off('end', abandon);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const abandon = (): void => stop(() => reject(new CommandError('No password was given.')));
    const take = (keys: string): void => {
      for (const [index, key] of [...keys].entries()) {
        if (key === '\r' || key === '\n') {
          const rest = [...keys].slice(index + 1).join('');
          stop(() => resolve(typed.join('')));
          // What was pasted behind the line belongs to the next question.
          if (rest !== '') stdin.unshift(rest);
          return;
        }
        if (key === controlC || key === controlD) {
          abandon();
          return;
        }
        typed = backspaces.has(key) ? typed.slice(0, -1) : [...typed, key];
      }
    };
    stdin.on('data', take);
    stdin.once('end', abandon);
  });
}
