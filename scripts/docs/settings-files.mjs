// The table of all settings in docs/operations/configuration.md, and .env.example: both from the settings of `chat-server start`.
import { readFile } from 'node:fs/promises';
import { importSource } from '../lib/import-source.mjs';
import { root } from '../lib/run.mjs';

const page = 'docs/operations/configuration.md';

/** @returns {Promise<Record<string, string>>} the contents by path */
export async function settingsFiles() {
  const source = await importSource('packages/server/src/cli/settings/settings.ts');
  const settings = Object.values(source.settings);
  const [before, , after] = (await readFile(root + page, 'utf8')).split(
    /(?<=<!-- settings:start -->\n)|(?=<!-- settings:end -->)/,
  );
  if (after === undefined) throw new Error(`${page} must contain settings:start and settings:end.`);
  return {
    [page]: `${before}${table(settings)}${after}`,
    '.env.example': example(settings),
  };
}

const flagName = ({ flag }) => (flag ? `\`--${flag.split(' ')[0]}\`` : 'none');

function defaultOf({ default: value }) {
  if (value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return String(value);
}

function table(settings) {
  const rows = settings.map((setting) => {
    const standard = defaultOf(setting);
    const cells = [
      `\`${setting.variable}\``,
      flagName(setting),
      setting.description.replaceAll('|', '\\|').replaceAll('<', '&lt;') +
        (setting.repeatable ? ' (list)' : ''),
      standard && `\`${standard}\``,
    ];
    return `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  });
  return `\n| Variable | Flag | Meaning | Default |\n|---|---|---|---|\n${rows.join('\n')}\n\n`;
}

function example(settings) {
  const entries = settings.map((setting) => {
    const list = setting.repeatable ? ' (commas separate the values)' : '';
    return `# ${setting.description}${list}\n# ${setting.variable}=${defaultOf(setting)}\n`;
  });
  return `# Settings of chat-server, with their defaults: chat-server start --env-file .env
# Remove the "#" in front of a setting to change it. docs/operations/configuration.md explains the important ones.
# Made by "npm run docs:specs".

${entries.join('\n')}`;
}
