// @ts-check
import { fileURLToPath } from 'node:url';
import { ManagedProcess } from './managed-process.js';

const program = fileURLToPath(new URL('../../server/dist/cli.cjs', import.meta.url));

/**
 * @typedef {object} ServerProcessOptions
 * @property {string} [data] the SQLite file
 * @property {readonly string[]} [users] as `name:password`
 * @property {readonly string[]} [args] a whole command line, in the place of the one that `data` and `users` make
 * @property {Readonly<Record<string, string>>} [environment] all that the program sees besides `PATH`: no `CHAT_…` of the parent reaches it
 * @property {string} [stdin]
 * @property {number} [timeoutMs] how long a start or a stop may take; default 60,000
 */

/** The built `chat-server` as a child process. It takes a free port at the first start, and keeps that port. */
export class ServerProcess extends ManagedProcess {
  /** Known after the first start. */
  port = 0;

  /** @param {ServerProcessOptions} [options] */
  constructor({ data, users = [], args, environment = {}, stdin, timeoutMs } = {}) {
    super(() => ({
      name: 'The server',
      command: process.execPath,
      args: [
        program,
        ...(args ?? [
          'start',
          ...['--port', String(this.port)],
          ...(data === undefined ? [] : ['--data', data]),
          ...users.flatMap((user) => ['--user', user]),
        ]),
      ],
      env: { PATH: process.env.PATH, ...environment },
      ready: / listening on http:\/\/[^\s/]+:(\d+)/,
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(stdin !== undefined && { stdin }),
    }));
  }

  /**
   * Runs one command of the program, such as `verify`, and does not wait for it.
   * @param {readonly string[]} args
   * @param {Omit<ServerProcessOptions, 'args' | 'data' | 'users'>} [options]
   */
  static run(args, options = {}) {
    return new ServerProcess({ ...options, args }).spawn();
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * Resolves with the match when the server listens; `url` and `port` are known then.
   * @override
   */
  async ready() {
    const match = await super.ready();
    this.port = Number(match[1]);
    return match;
  }
}
