import { parseArgs } from 'node:util';

/**
 * Reads the command line. A wrong one ends the process with 2 and a message that names the valid options.
 * @param {Record<string, { type: 'boolean' | 'string' | 'number', default?: unknown, multiple?: boolean, min?: number }>} options
 *   `number` is a whole number from `min` on (0)
 * @param {{ allowPositionals?: boolean }} [parsing]
 */
export function readOptions(options, { allowPositionals = false } = {}) {
  const names = Object.keys(options);
  const config = names.map((name) => {
    const { type, default: initial, multiple } = options[name];
    const value = type === 'number' && initial !== undefined ? String(initial) : initial;
    const given = { ...(value !== undefined && { default: value }), ...(multiple && { multiple }) };
    return [name, { type: type === 'number' ? 'string' : type, ...given }];
  });
  try {
    const parsed = parseArgs({ allowPositionals, options: Object.fromEntries(config) });
    const values = { ...parsed.values };
    for (const name of names) {
      if (options[name].type === 'number' && values[name] !== undefined)
        values[name] = readNumber(name, values[name], options[name].min ?? 0);
    }
    return { values, positionals: parsed.positionals };
  } catch (error) {
    const valid = names.map(
      (name) => `--${name}${options[name].type === 'boolean' ? '' : ` <${options[name].type}>`}`,
    );
    console.error(`${error.message.split(/\. |\n/)[0]}. Valid options: ${valid.join(', ')}.`);
    process.exit(2);
  }
}

function readNumber(name, text, min) {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min) return value;
  throw new RangeError(`--${name} must be a whole number from ${min} on, received "${text}"`);
}
