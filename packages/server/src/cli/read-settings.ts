import { Expected } from './readers.js';
import { SettingError } from './setting-error.js';
import type { Setting } from './settings.js';

/** Settings by name, of whatever value. */
export type SettingTable = { readonly [name: string]: Setting<unknown> };

/** The values of a table: a list for what is repeatable, `undefined` for what may be absent. */
export type Settings<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends {
    repeatable: true;
    read: Reader<infer Value>;
  }
    ? readonly Value[]
    : Table[Name] extends { default: infer Value }
      ? Value
      : Table[Name] extends { read: Reader<infer Value> }
        ? Value | undefined
        : never;
};

type Reader<Value> = (text: string) => Value | Expected;

/** What was given as flags, by flag; commander gives a list for what is repeatable. */
export type GivenFlags = {
  readonly [flag: string]: string | boolean | readonly string[] | undefined;
};

export type Environment = { readonly [variable: string]: string | undefined };

/**
 * Reads every setting of a table: the flag before the variable before the default.
 * @throws {SettingError} for the first that cannot be used.
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  flags: GivenFlags,
  environment: Environment,
): Settings<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
    values[name] = readSetting(setting, flags, environment);
  }
  return values as Settings<Table>;
}

function readSetting(setting: Setting<unknown>, flags: GivenFlags, environment: Environment) {
  const texts = textsOf(setting, flags, environment);
  const parted = texts.length > 1 && !isGiven(setting, flags);
  const given = texts.map((text) => readText(setting, text, parted));
  if (setting.repeatable) return given;
  return given.length === 0 ? setting.default : given[0];
}

function isGiven({ flag }: Setting<unknown>, flags: GivenFlags): boolean {
  return flag !== undefined && flags[flag] !== undefined;
}

function textsOf(setting: Setting<unknown>, flags: GivenFlags, environment: Environment): string[] {
  const flag = setting.flag === undefined ? undefined : flags[setting.flag];
  if (flag !== undefined) return Array.isArray(flag) ? [...flag] : [String(flag)];
  const variable = environment[setting.variable];
  // Compose files pass on what is not set as an empty text.
  if (variable === undefined || variable === '') return [];
  return setting.repeatable ? variable.split(',').map((part) => part.trim()) : [variable];
}

/** @param parted whether the text is a part of a variable's: its writer may not have meant the comma so */
function readText(setting: Setting<unknown>, text: string, parted: boolean): unknown {
  const value = setting.read(text);
  if (!(value instanceof Expected)) return value;
  const name = setting.flag === undefined ? '' : `--${setting.flag} or `;
  const instead = setting.secret ? '' : `, not "${text}"`;
  const hint = parted ? `; commas part the values of ${setting.variable}` : '';
  throw new SettingError(`${name}${setting.variable} must be ${value.what}${instead}${hint}.`);
}
