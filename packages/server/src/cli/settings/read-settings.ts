import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Command, Option } from 'commander';
import * as z from 'zod/mini';
import { SettingError } from '../errors.js';
import type { Setting } from './define-setting.js';

export type SettingTable = { readonly [name: string]: Setting };

/** The values of a table: a list for a repeatable setting, `undefined` for an optional one that is not set. */
export type Settings<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends { schema: z.ZodMiniType<infer Value> }
    ? Table[Name] extends { repeatable: true }
      ? readonly Value[]
      : Table[Name] extends { default: unknown }
        ? Value
        : Value | undefined
    : never;
};

const envFileFlag = 'env-file';

type Flags = { readonly [name: string]: string | boolean | readonly string[] | undefined };
export type Environment = { readonly [variable: string]: string | undefined };

/** Adds the flags of a table to a command. Their values stay texts, which {@link readSettings} parses. */
export function addSettings(command: Command, table: SettingTable): void {
  for (const setting of Object.values(table)) {
    const { flag, variable, repeatable } = setting;
    const option = new Option(`--${flag ?? `${flagOf(variable)} [value]`}`, describeFlag(setting));
    if (flag === undefined) {
      option
        .hideHelp()
        .preset('')
        .argParser(() => {
          throw new SettingError(
            `--${flagOf(variable)} is not an option: set ${variable}, because other users of the machine can read arguments.`,
          );
        });
    } else if (repeatable) {
      option.argParser((text, earlier: string[] = []) => [...earlier, text]);
    }
    command.addOption(option);
  }
  command.option(
    `--${envFileFlag} <file>`,
    'file with variables (NAME=value); those of the environment take precedence',
  );
  command.addHelpText('after', () => describeVariables(table));
}

/** The line of `--help`. Commander parses neither the variables nor the defaults, so it cannot describe them. */
function describeFlag({
  flag,
  description,
  variable,
  repeatable,
  default: standard,
}: Setting): string {
  const isSwitch = standard === false && !flag?.includes(' ');
  const value = typeof standard === 'boolean' ? (standard ? 'on' : 'off') : standard;
  const parts = [
    ...(repeatable ? ['may be repeated'] : []),
    ...(value === undefined || isSwitch ? [] : [`default: ${value}`]),
    `env: ${variable}`,
  ];
  return `${description} (${parts.join(', ')})`;
}

/**
 * The variables of the environment, and those of `--env-file`. An empty variable of the environment counts as not set.
 * @throws {SettingError} when the file cannot be read
 */
export function environmentOf(flags: Flags, environment: Environment): Environment {
  const path = flags[envFileFlag];
  if (typeof path !== 'string') return environment;
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  return { ...readEnvFile(path), ...Object.fromEntries(given) };
}

function readEnvFile(path: string): Environment {
  const text = readTextFile(path);
  const invalid = text
    .replace(quotedValue, '$1""')
    .split(/\r?\n/)
    .filter((line) => !assignment.test(line))
    .map((line) => /^[^#=]*?\b(CHAT_\w+)/.exec(line)?.[1])
    .find((name) => name !== undefined);
  if (invalid !== undefined) {
    throw new SettingError(
      `--${envFileFlag} is invalid: expected ${invalid}=VALUE in "${path}", with quotes around a value that contains "#" or quotes.`,
    );
  }
  return parseEnv(text) as Environment;
}

// Node ignores what is no assignment, and a value without quotes ends at any "#": a password could lose its end.
const quotedValue = /^([ \t]*(?:export )?\w+[ \t]*=[ \t]*)(?:"[^"]*"|'[^']*'|`[^`]*`)/gm;
const assignment =
  /^[ \t]*(?:export )?\w+[ \t]*=[ \t]*(?:""[ \t]*|[^\s"'`#][^#\r]*)?(?:(?<=\s)#.*|\s*)$/;

/** Some editors on Windows write a byte order mark, or UTF-16. */
function readTextFile(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not in UTF-8' : code;
    throw new SettingError(`--${envFileFlag} is invalid: "${path}" cannot be read (${reason}).`);
  }
}

/** The settings without a flag, for `--help`. */
export function describeVariables(table: SettingTable): string {
  const lines = Object.values(table)
    .filter(({ flag }) => flag === undefined)
    .map(({ variable, description }) => `  ${variable}  ${description}\n`);
  return lines.length === 0 ? '' : `\nVariables only:\n${lines.join('')}`;
}

/** The flags of a command line, by name. */
export function flagsOf(command: Command): Flags {
  const given = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli',
  );
  return Object.fromEntries(
    given.map((option) => [option.name(), command.getOptionValue(option.attributeName())]),
  );
}

/**
 * Reads the settings of a table: the flag, else the variable, else the default.
 * @throws {SettingError} for the first that is invalid
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  flags: Flags,
  environment: Environment,
): Settings<Table> {
  const values = Object.entries(table).map(([name, setting]) => [
    name,
    readSetting(setting, flags, environment),
  ]);
  return Object.fromEntries(values) as Settings<Table>;
}

function readSetting(setting: Setting, flags: Flags, environment: Environment): unknown {
  const { schema, secret, repeatable, variable } = setting;
  const name = setting.flag?.replace(/ .*/, '');
  const flag = name === undefined ? undefined : flags[name];
  const texts =
    flag === undefined ? textsOf(environment[variable], repeatable) : [flag].flat().map(String);
  const values = texts.map((text) => {
    const { data, error } = z.safeParse(schema, text);
    if (error === undefined) return data;
    const subject = name === undefined ? variable : `--${name} or ${variable}`;
    const received = secret ? '' : `, received "${text}"`;
    // A password may contain a comma.
    const hint =
      flag === undefined && texts.length > 1 ? `; commas separate values in ${variable}` : '';
    throw new SettingError(
      `${subject} is invalid: expected ${error.issues[0]?.message}${received}${hint}.`,
    );
  });
  if (repeatable) return values;
  return values.length === 0 ? setting.default : values[0];
}

function textsOf(value: string | undefined, repeatable: true | undefined): string[] {
  // Compose files pass an unset variable as an empty string.
  if (value === undefined || value === '') return [];
  return repeatable ? value.split(',').map((text) => text.trim()) : [value];
}

function flagOf(variable: string): string {
  return variable.replace('CHAT_', '').toLowerCase().replaceAll('_', '-');
}
