import type { Readable, Writable } from 'node:stream';

/** The streams and variables of a command: those of the process, or of a test. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: { readonly [variable: string]: string | undefined };
}

export function print(terminal: Terminal, line: string): void {
  terminal.stdout.write(`${line}\n`);
}

/**
 * Writes a message to stderr. A message may quote an argument or a value, so users and passwords of addresses are hidden,
 * except in examples.
 */
export function warn(terminal: Terminal, line: string): void {
  terminal.stderr.write(
    `chat-server: ${line.replace(/:\/\/(?!user:password@)[^\s"]*@/g, '://…@')}\n`,
  );
}
