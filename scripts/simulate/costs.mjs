import { readFile } from 'node:fs/promises';

/**
 * What one event costs. Times are microseconds of one core, as `npm run bench` measured them; the numbers of commands and
 * queries are those that tests count.
 */
export async function readCosts() {
  const file = new URL('../../docs/performance/results.json', import.meta.url);
  const results = JSON.parse(await readFile(file, 'utf8'));
  const measured = (name, peer) => {
    const value = results.find((result) => result.name === name)?.peers[peer]?.median;
    if (value === undefined)
      throw new Error(`"${name}" was not measured: run npm run bench -- ${name}, then --report.`);
    return value;
  };
  const processorTime = (peer) => measured('capacity/processor-time', peer);
  const commands = measured('capacity/work', 'commands of Redis');
  const transactions = measured('capacity/work', 'transactions of PostgreSQL');
  const redisCommandUs = processorTime('Redis for ours') / commands;
  // Two transactions of one statement each: an upper bound for two reads.
  const twoReadsUs = processorTime('PostgreSQL for the hand-written');
  return {
    socketBytes: measured('realtime/idle-memory', 'our server'),
    message: {
      serverUs: processorTime('our server'),
      transactions,
      postgresUs: processorTime('PostgreSQL for ours'),
      commands,
      redisUs: processorTime('Redis for ours'),
    },
    /** A socket that connects: two reads (token, position), three scripts or commands of about three commands each. */
    connect: {
      // As much as a message, which also parses, authenticates and reads: not measured on its own.
      serverUs: processorTime('our server'),
      postgresUs: twoReadsUs,
      commands: 7,
      redisUs: 7 * redisCommandUs,
    },
    /** A lease, every five minutes for each socket. */
    renewal: { commands: 3, redisUs: 3 * redisCommandUs, intervalS: 300 },
    /** The token and position of a user, which instances read every 15 s, or each second while Redis is lost. */
    reconciliation: { postgresUs: twoReadsUs, intervalS: 15 },
    /** Synchronous commits of one WAL device, grouped: an assumption about the hardware. */
    commitsPerSecond: 20_000,
  };
}
