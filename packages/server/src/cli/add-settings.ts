import { type Command, Option } from 'commander';
import type { SettingTable } from './read-settings.js';
import type { Setting } from './settings.js';

/** Gives a command the flags of a table; the values stay text, for `readSettings` to judge. */
export function addSettings(command: Command, table: SettingTable): void {
  for (const setting of Object.values(table)) {
    if (setting.flag === undefined) continue;
    const value = setting.value === undefined ? '' : ` <${setting.value}>`;
    const option = new Option(`--${setting.flag}${value}`, describe(setting));
    if (setting.repeatable) option.argParser(collect);
    command.addOption(option);
  }
  command.addHelpText('after', () => describeVariables(table));
}

/** The settings of a table that commander knows nothing of, for `--help`. */
export function describeVariables(table: SettingTable): string {
  const lines = Object.values(table)
    .filter(({ flag }) => flag === undefined)
    .map(({ variable, text }) => `  ${variable}  ${text}\n`);
  return lines.length === 0 ? '' : `\nVariables only:\n${lines.join('')}`;
}

function describe({ variable, text, default: standard, repeatable }: Setting<unknown>): string {
  const words = standard === true ? 'on' : String(standard);
  const notes = [
    variable,
    ...(standard === undefined || standard === false ? [] : [`default ${words}`]),
    ...(repeatable ? ['repeatable; parted by commas in the variable'] : []),
  ];
  return `${text} (${notes.join(', ')})`;
}

function collect(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}
