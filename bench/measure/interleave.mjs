/** On a slow machine there are fewer rounds; the bench does not take longer. */
const maxMs = 40_000;
const minRounds = 5;

/**
 * Measures peers alternately, so that other work of the machine affects all of them.
 *
 * @param {object} options
 * @param {Record<string, (round: number) => Promise<unknown>>} options.peers
 *   the work of one round; a returned number is the value of the round, otherwise the elapsed time is
 * @param {number} options.rounds
 * @param {number} [options.warmUp] rounds that are not counted
 * @returns {Promise<Record<string, number[]>>} the values of each peer, one for each round
 */
export async function interleave({ peers, rounds, warmUp = Math.ceil(rounds / 5) }) {
  const names = Object.keys(peers);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const endAt = performance.now() + maxMs;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    if (round >= warmUp + minRounds && performance.now() > endAt) break;
    // The order changes in each round, so that no peer always runs after a pause or a garbage collection.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      const started = performance.now();
      const own = await peers[name](round);
      const took = performance.now() - started;
      if (round >= warmUp) samples[name].push(typeof own === 'number' ? own : took);
    }
  }
  return samples;
}
