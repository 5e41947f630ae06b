// The capacity of one instance, which docs/operations/several-instances.md uses.
import { prepareCapacity } from '../capacity/fixture.mjs';

export const capacity = {
  name: 'capacity',
  title: 'One instance with 32 users who send without a pause',
  about:
    'One process on a SQLite file, and one on PostgreSQL and Redis of this machine; every commit waits for the disk. ' +
    'The clients share the cores with the server, so a dedicated machine has more capacity. The hand-written server uses Fastify, `pg` and `ioredis` and only stores messages: ' +
    'two inserts in two transactions, a fixed-window counter and one publish.',
  notes:
    'Cost of each part: [What a message costs on PostgreSQL and Redis](decisions/shared-databases-cost.md).',
  prepare: prepareCapacity,
  measurements: [
    {
      name: 'messages',
      title: 'POST /chat, with the echo assistant',
      unit: 'messages/s',
      rounds: 10,
      smokeRounds: 2,
      candidate: 'on PostgreSQL and Redis',
      baselines: { 'hand-written': { atLeast: 0.8 }, 'on SQLite': { atLeast: 0.5 } },
      peers: ({ onSqlite, onPostgres, handWritten }) => ({
        'hand-written': handWritten,
        'on SQLite': onSqlite,
        'on PostgreSQL and Redis': onPostgres,
      }),
    },
    {
      name: 'processor-time',
      title: 'Processor time for each message (Linux only)',
      unit: 'µs a message',
      candidate: 'our server',
      baselines: {},
      samples: async ({ measureProcessorTime }) => single(await measureProcessorTime()),
    },
    {
      name: 'work',
      title: 'Operations for each message, as PostgreSQL and Redis count them',
      unit: 'a message',
      candidate: 'transactions of PostgreSQL',
      baselines: {},
      samples: async ({ countOperations }) => {
        const { transactions, commands } = await countOperations();
        return single({
          'transactions of PostgreSQL': transactions,
          'commands of Redis': commands,
        });
      },
    },
    {
      name: 'profile',
      title: 'Where our server uses its time',
      unit: '%',
      candidate: 'our code and what it inlines',
      baselines: {},
      samples: async ({ profile }) => single(await profile()),
    },
  ],
};

/** One sample of each value. */
function single(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}
