import { Command } from 'commander';
import { version } from '../../package.json';
import { SettingError } from './errors.js';
import { type Terminal, warn } from './output/terminal.js';
import { mockSettings, recordSettings, verifySettings } from './settings/command-settings.js';
import {
  addSettings,
  describeVariables,
  environmentOf,
  flagsOf,
  readSettings,
  type Settings,
  type SettingTable,
} from './settings/read-settings.js';
import { dataSettings, settings } from './settings/settings.js';
import { unknownVariables } from './settings/unknown-variables.js';

/** The command line. Each command is imported when it runs, so that `--help` does not load the server. */
export function createProgram(terminal: Terminal): Command {
  const read = <Table extends SettingTable>(table: Table, command: Command): Settings<Table> => {
    const flags = flagsOf(command);
    return readSettings(table, flags, environmentOf(flags, terminal.environment));
  };
  /** Adds the settings of a table to a command. `run` receives their values, and the argument of the command. */
  const define = <Table extends SettingTable>(
    command: Command,
    table: Table,
    run: (given: Settings<Table>, argument: string) => Promise<void>,
  ): void => {
    addSettings(command, table);
    command.action(() => run(read(table, command), command.args[0] ?? ''));
  };
  const program = new Command('chat-server')
    .description('The reference server of the chat API.')
    .version(version, '-v, --version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text) =>
        warn(
          terminal,
          text
            .replace(/^error: /, '')
            // The value may be a password.
            .replace(/(unknown option '[^'=]*)=[^']*/, '$1')
            .trim()
            .replaceAll('\n', ' '),
        ),
    });

  const start = program
    .command('start', { isDefault: true })
    .description('Run the server (the default command)')
    // The name of an unknown command arrives here, as an argument of the default command.
    .allowExcessArguments()
    .action(async (_options: unknown, command: Command) => {
      const [argument] = command.args;
      if (argument !== undefined) throw new SettingError(describeExcess(program, argument));
      const environment = environmentOf(flagsOf(command), terminal.environment);
      for (const message of unknownVariables(settings, environment)) warn(terminal, message);
      const given = read(settings, command);
      const { start } = await import('./commands/start.js');
      await start(terminal, given);
    });
  addSettings(start, settings);
  // The help of the default command is part of the help of the program.
  program.addHelpText(
    'after',
    () => `\n${start.helpInformation()}${describeVariables(settings)}${examples}`,
  );

  const user = program.command('user').description('Manage users');
  user.on('command:*', ([name]: string[]) => {
    throw new SettingError(describeUnknown(user, String(name)));
  });
  const userName = ['<name>', 'name of the user'] as const;
  define(
    user
      .command('add')
      .argument(...userName)
      .description('Add a user; the password is prompted for, or read from stdin'),
    dataSettings,
    async (given, name) => (await import('./commands/user.js')).userAdd(terminal, name, given),
  );
  define(
    user
      .command('password')
      .argument(...userName)
      .description('Change a password, prompted for or read from stdin; revokes earlier tokens'),
    dataSettings,
    async (given, name) => (await import('./commands/user.js')).userPassword(terminal, name, given),
  );
  define(
    user.command('list').description('Print the names of all users, one per line'),
    dataSettings,
    async (given) => (await import('./commands/user.js')).userList(terminal, given),
  );
  define(
    user
      .command('remove')
      .argument(...userName)
      .description('Delete a user with all messages; revokes the tokens'),
    dataSettings,
    async (given, name) => (await import('./commands/user.js')).userRemove(terminal, name, given),
  );
  define(
    program
      .command('backup')
      .argument('<file>', 'new file for the copy')
      .description('Copy the data into a new file, also while a server uses it'),
    dataSettings,
    async (given, file) => (await import('./commands/backup.js')).backup(terminal, file, given),
  );
  define(
    program
      .command('verify')
      .argument('<url>', 'URL of the backend')
      .description(
        'Check whether a backend follows the protocol; takes minutes, because it waits for rate limits',
      ),
    verifySettings,
    async (given, url) => (await import('./commands/verify.js')).verify(terminal, url, given),
  );
  define(
    program
      .command('mock')
      .description('Run the mock, for tests in any language; everything is in memory'),
    mockSettings,
    async (given) => (await import('./commands/mock.js')).mock(terminal, given),
  );
  define(
    program
      .command('record')
      .argument('<url>', 'URL of the backend')
      .description('Record conversations with a backend, as a proxy in front of it'),
    recordSettings,
    async (given, url) => (await import('./commands/record.js')).record(terminal, url, given),
  );

  program
    .command('openapi')
    .description('Print the OpenAPI document of the REST interface')
    .action(async () => (await import('./commands/documents.js')).printOpenApi(terminal));

  program
    .command('asyncapi')
    .description('Print the AsyncAPI document of the WebSocket')
    .action(async () => (await import('./commands/documents.js')).printAsyncApi(terminal));

  return program;
}

const examples = `
Examples:
  chat-server --user ada:s3cret                try it: http://127.0.0.1:3000, data in ./chat.db
  chat-server user add bob --data ./chat.db    add a user; prompts for the password
  chat-server mock --user ada:s3cret --control a mock for tests: http://127.0.0.1:4000
  chat-server verify http://127.0.0.1:3000 --user ada:s3cret --user bob:hunter2
`;

function describeExcess(program: Command, argument: string): string {
  if (program.args[0] === 'start') {
    return `"start" has options only, such as --port, but received "${argument}".`;
  }
  return describeUnknown(program, argument);
}

function describeUnknown(parent: Command, name: string): string {
  const names = parent.commands.map((command) => command.name()).join(', ');
  return `Command "${name}" is unknown: expected one of ${names}.`;
}
