import type { SettingTable } from './read-settings.js';

/** What commander says of a wrong command line, in sentences of ours. */
export function plainRefusal(text: string, table: SettingTable): string {
  const words = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
  for (const [pattern, sentence] of sentences) {
    const found = pattern.exec(words);
    if (found !== null) return sentence(found[1] ?? '', table) + hint(words);
  }
  return words;
}

const sentences: readonly [RegExp, (subject: string, table: SettingTable) => string][] = [
  [/^unknown option '([^']*)'/, noOption],
  [/^unknown command '([^']*)'/, (name) => `There is no command "${name}"; --help lists them.`],
  [/^option '(\S+).*' argument missing/, (flag) => `The option ${flag} needs a value.`],
  [/^missing required argument '([^']*)'/, (name) => `<${name}> is missing; see --help.`],
];

function noOption(flag: string, table: SettingTable): string {
  const variable = `CHAT_${flag.replace(/^-+/, '').replaceAll('-', '_').toUpperCase()}`;
  const isVariable = Object.values(table).some(
    (setting) => setting.flag === undefined && setting.variable === variable,
  );
  return isVariable
    ? `There is no option ${flag}: set ${variable}, since options can be seen by others on the machine.`
    : `There is no option ${flag}.`;
}

function hint(words: string): string {
  const suggestion = /\(Did you mean (?:one of )?([^?]+)\?\)/.exec(words)?.[1];
  return suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
}

/** Why a server cannot listen, and what would help. */
export function cannotListen(
  { host, port }: { readonly host: string; readonly port: number },
  error: NodeJS.ErrnoException,
): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is taken: end the program that listens there, or choose another with --port (0 takes a free one).`;
    case 'EACCES':
      return `Port ${port} of ${host} needs rights that this program does not have: choose one from 1024 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}: --host must be one of its own, such as 127.0.0.1, or 0.0.0.0 for all.`;
    default:
      return `Cannot listen on ${host}, port ${port}: ${error.message}.`;
  }
}
