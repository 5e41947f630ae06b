import { type Command, Option } from 'commander';
import type { SettingTable } from './read-settings.js';
import type { Setting } from './settings.js';

/** Gives a command the flags of a table; the values stay text, for `readSettings` to judge. */
export function addSettings(command: Command, table: SettingTable): void {
  const withoutFlag: Setting<unknown>[] = [];
  for (const setting of Object.values(table)) {
    if (setting.flag === undefined) {
      withoutFlag.push(setting);
      continue;
    }
    const value = setting.value === undefined ? '' : ` <${setting.value}>`;
    const option = new Option(`--${setting.flag}${value}`, describe(setting));
    if (setting.repeatable) option.argParser(collect);
    command.addOption(option);
  }
  if (withoutFlag.length === 0) return;
  const lines = withoutFlag.map(({ variable, text }) => `  ${variable}  ${text}`);
  command.addHelpText('after', `\nVariables only:\n${lines.join('\n')}`);
}

function describe({ variable, text, default: standard, repeatable }: Setting<unknown>): string {
  const notes = [
    variable,
    ...(standard === undefined || standard === false ? [] : [`default ${String(standard)}`]),
    ...(repeatable ? ['repeatable; parted by commas in the variable'] : []),
  ];
  return `${text} (${notes.join(', ')})`;
}

function collect(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}
