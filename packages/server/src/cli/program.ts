import { Command } from 'commander';
import { version } from '../../package.json';
import { addSettings, describeVariables } from './add-settings.js';
import { type GivenFlags, readSettings } from './read-settings.js';
import { plainRefusal } from './refusals.js';
import { SettingError } from './setting-error.js';
import { databaseSetting, fileSetting, settings } from './settings.js';
import { type Terminal, warn } from './terminal.js';
import { unknownVariables } from './unknown-variables.js';
import { verifySettings } from './verify-settings.js';

const data = { data: fileSetting, databaseUrl: databaseSetting };

/** The command line as a whole; each command is a file of its own, loaded when it is asked for: `--help` need not wait for a server. */
export function createProgram(terminal: Terminal): Command {
  const { environment } = terminal;
  const program = new Command('chat-server')
    .description('The reference server of the chat API.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: (text) => warn(terminal, plainRefusal(text, settings)),
    });

  const starting = program
    .command('start', { isDefault: true })
    .description('Run the server (what happens without a command)')
    // A misspelt command arrives here, as an argument of the one that runs without a name.
    .allowExcessArguments()
    .action(async (_options: unknown, command: Command) => {
      const [word] = command.args;
      if (word !== undefined) throw new SettingError(excess(program, word));
      for (const sentence of unknownVariables(settings, environment)) warn(terminal, sentence);
      const { start } = await import('./start.js');
      await start(terminal, readSettings(settings, flagsOf(command), environment));
    });
  addSettings(starting, settings);
  // What runs without a command should not need one to be explained.
  program.addHelpText(
    'after',
    () => `\n${starting.helpInformation()}${describeVariables(settings)}${examples}`,
  );

  const users = program.command('user').description('Manage users');
  const adding = users
    .command('add')
    .argument('<name>', 'the name to log in with')
    .description('Add a user; the password is asked for, or read from stdin')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { userAdd } = await import('./user-add.js');
      await userAdd(terminal, name, readSettings(data, flagsOf(command), environment));
    });
  addSettings(adding, data);

  const changing = users
    .command('password')
    .argument('<name>', 'the name that the user logs in with')
    .description("Change a user's password, asked for or read from stdin; earlier tokens end")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { userPassword } = await import('./user-password.js');
      await userPassword(terminal, name, readSettings(data, flagsOf(command), environment));
    });
  addSettings(changing, data);

  const saving = program
    .command('backup')
    .argument('<file>', 'the copy to make')
    .description('Copy the data into a new file, also while a server runs on them')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { backup } = await import('./backup.js');
      await backup(terminal, file, readSettings(data, flagsOf(command), environment));
    });
  addSettings(saving, data);

  const verifying = program
    .command('verify')
    .argument('<url>', 'where the backend is')
    .description(
      'Check whether a backend, ours or yours, keeps the contract; takes minutes, for allowances are waited for',
    )
    .action(async (url: string, _options: unknown, command: Command) => {
      const { verify } = await import('./verify.js');
      await verify(terminal, url, readSettings(verifySettings, flagsOf(command), environment));
    });
  addSettings(verifying, verifySettings);

  program
    .command('openapi')
    .description('Print the OpenAPI document of the REST interface')
    .action(async () => (await import('./documents.js')).printOpenApi(terminal));

  program
    .command('asyncapi')
    .description('Print the AsyncAPI document of the WebSocket')
    .action(async () => (await import('./documents.js')).printAsyncApi(terminal));

  return program;
}

const examples = `
Examples:
  chat-server --user ada:s3cret                try it: http://127.0.0.1:3000, its data in ./chat.db
  chat-server user add bob --data ./chat.db    another user; asks for the password
  chat-server verify http://127.0.0.1:3000 --user ada:s3cret
`;

function excess(program: Command, word: string): string {
  // Whoever named a command did not mean the word behind it as one.
  if (program.args[0] === 'start')
    return `"start" takes options only, such as --port, not "${word}".`;
  const names = program.commands.map((command) => command.name()).join(', ');
  return `There is no command "${word}", only ${names}.`;
}

/** What was given, by the flag's own name. */
function flagsOf(command: Command): GivenFlags {
  const values = command.opts<GivenFlags>();
  return Object.fromEntries(
    command.options.map((option) => [option.name(), values[option.attributeName()]]),
  );
}
