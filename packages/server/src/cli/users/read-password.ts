import { StringDecoder } from 'node:string_decoder';
import { CommandError } from '../errors.js';
import type { Terminal } from '../output/terminal.js';

const controlC = '\u0003';
const controlD = '\u0004';
const backspaces = new Set(['\u007f', '\b']);

/**
 * Reads a new password: two hidden prompts in a terminal, otherwise the first line of stdin.
 * @throws {CommandError} when it is empty, or the two differ
 */
export async function readPassword(terminal: Terminal): Promise<string> {
  const password =
    terminal.stdin.isTTY === true ? await readTwice(terminal) : await firstLine(terminal);
  if (password === '') throw new CommandError('A password must not be empty.');
  return password;
}

async function readTwice(terminal: Terminal): Promise<string> {
  const password = await readHiddenLine(terminal, 'Password: ');
  const repeated = await readHiddenLine(terminal, 'Again: ');
  if (password !== repeated) throw new CommandError('The two passwords differ.');
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

/** Reads one line in raw mode, in which the terminal does not echo. */
function readHiddenLine({ stdin, stderr }: Terminal, prompt: string): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode?.(true);
  stdin.setEncoding('utf8');
  stdin.resume();
  return new Promise((resolve, reject) => {
    let characters: string[] = [];
    const finish = (settle: () => void): void => {
      stdin.off('data', onData);
      stdin.off('end', cancel);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const cancel = (): void => finish(() => reject(new CommandError('No password was given.')));
    const onData = (keys: string): void => {
      for (const [index, key] of [...keys].entries()) {
        if (key === '\r' || key === '\n') {
          const rest = [...keys].slice(index + 1).join('');
          finish(() => resolve(characters.join('')));
          // Pasted text after the line belongs to the next prompt.
          if (rest !== '') stdin.unshift(rest);
          return;
        }
        if (key === controlC || key === controlD) {
          cancel();
          return;
        }
        characters = backspaces.has(key) ? characters.slice(0, -1) : [...characters, key];
      }
    };
    stdin.on('data', onData);
    stdin.once('end', cancel);
  });
}
