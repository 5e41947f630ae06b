/** A slow minute of the machine makes for fewer rounds, not for a longer bench. */
const longestMs = 40_000;
const fewestRounds = 5;

/**
 * Measures peers against each other: in turns, so that whatever slows the machine slows all of them.
 *
 * @param {object} options
 * @param {Record<string, (round: number) => Promise<unknown>>} options.peers
 *   what one does in a round; a number that it gives is its figure, else it is the time it took
 * @param {number} options.rounds
 * @param {number} [options.warmUp] rounds that do not count
 * @returns {Promise<Record<string, number[]>>} each peer's figures, round by round
 */
export async function interleave({ peers, rounds, warmUp = Math.ceil(rounds / 5) }) {
  const names = Object.keys(peers);
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const endAt = performance.now() + longestMs;
  for (let round = 0; round < warmUp + rounds; round += 1) {
    if (round >= warmUp + fewestRounds && performance.now() > endAt) break;
    // Nobody is always first: who comes after a rest, or after a collection, changes each round.
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
