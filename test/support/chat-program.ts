import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../packages/server/dist/cli/main.js', import.meta.url));

export interface ProgramOptions {
  readonly environment?: { readonly [variable: string]: string };
  readonly stdin?: string;
}

/** The built program as a process of its own. Nothing of our environment's `CHAT_…` reaches it. */
export class ChatProgram {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { environment = {}, stdin }: ProgramOptions = {}) {
    this.process = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env.PATH, ...environment },
      stdio: 'pipe',
    });
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.process.emit('said');
    });
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.process.stdin?.end(stdin ?? '');
  }

  /** Where it listens, read from its one line as a script would. */
  async url(): Promise<string> {
    for (;;) {
      const [, url] = /^Chat server listening on (\S+)$/m.exec(this.stdout) ?? [];
      if (url !== undefined) return url;
      await Promise.race([once(this.process, 'said'), this.#failure()]);
    }
  }

  /** The exit code, or the signal that ended it. */
  async exit(): Promise<number | NodeJS.Signals | null> {
    const { process: child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode ?? child.signalCode;
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  async #failure(): Promise<never> {
    const code = await this.exit();
    throw new Error(`The program ended with ${code} before it listened: ${this.stderr}`);
  }
}
