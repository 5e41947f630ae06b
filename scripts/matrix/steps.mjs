import { openStage } from './open-stage.mjs';

/**
 * @param {{ project: string, node?: string }} where
 * @param {(said: string) => Promise<void>} work is given what the stage said
 */
export async function withStage({ project, node }, work) {
  const stage = await openStage(project, node);
  try {
    await work(stage.said);
  } finally {
    await stage.close();
  }
}

/** What a run of the suite printed last: the steps that it took. @param {{ stdout: string }} output */
export function stepsIn({ stdout }) {
  return noteOf(JSON.parse(stdout.trim().split('\n').at(-1)));
}

/** @param {string[]} steps */
export function noteOf(steps) {
  if (steps.at(-1) !== 'close') throw new Error(`It went no further than ${steps.join(', ')}.`);
  return `${steps.length} steps`;
}
