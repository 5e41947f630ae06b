import type { Environment, SettingTable } from './read-settings.js';

const furthestTypo = 3;

/** One sentence for each unknown `CHAT_` variable, which is usually a typo; also in lower case, which would be ignored. */
export function unknownVariables(table: SettingTable, environment: Environment): string[] {
  const known = Object.values(table).map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => name.toUpperCase().startsWith('CHAT_') && !known.includes(name))
    .map((name) => `${name} is not a setting and is ignored.${suggestion(name, known)}`);
}

function suggestion(name: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toUpperCase(), candidate) }))
    .sort((one, other) => one.distance - other.distance);
  if (best === undefined || best.distance > furthestTypo) return '';
  return ` Did you mean ${best.candidate}?`;
}

/** The Levenshtein distance: how many letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      current.push(
        Math.min(
          current[column]! + 1,
          previous[column + 1]! + 1,
          previous[column]! + (letter === other ? 0 : 1),
        ),
      );
    }
    previous = current;
  }
  return previous[to.length]!;
}
