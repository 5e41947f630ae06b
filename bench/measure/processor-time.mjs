import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux on every architecture that Node supports. */
const ticksPerSecond = 100;

/**
 * The processor time that a process and its living children have used, in milliseconds; `undefined` where Linux's /proc is
 * missing. It advances in steps of 10 ms.
 */
export function processorTime(pid) {
  const own = readTimes(pid);
  if (own === undefined) return undefined;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(readTimes)
    .filter((times) => times?.parent === pid);
  const ticks = [own, ...children].reduce((sum, { ticks }) => sum + ticks, 0);
  return (ticks * 1000) / ticksPerSecond;
}

function readTimes(pid) {
  try {
    // The name of the program is in parentheses and may contain spaces.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return undefined;
  }
}
