// What one instance takes, and what that costs the engines behind it: docs/operations.md reckons with it.
import { prepareCapacity } from '../capacity/stage.mjs';

export const capacity = {
  name: 'capacity',
  title: 'One instance under 32 users who talk without a pause',
  about:
    'One process on a SQLite file, and one on PostgreSQL and Redis of this machine; every commit waits for the disk. ' +
    'Who asks shares the cores with who answers, so a machine of its own gives more.',
  prepare: prepareCapacity,
  measurements: [
    {
      name: 'messages',
      title: 'POST /chat, answered by the echo',
      unit: 'messages/s',
      rounds: 10,
      smokeRounds: 2,
      subject: 'on PostgreSQL and Redis',
      beside: { 'on SQLite': {} },
      peers: ({ onSqlite, onPostgres }) => ({
        'on SQLite': onSqlite,
        'on PostgreSQL and Redis': onPostgres,
      }),
    },
    {
      name: 'work',
      title: 'What a message asks of the engines, by their own count',
      unit: 'a message',
      subject: 'transactions of PostgreSQL',
      beside: {},
      samples: async ({ countWork }) => {
        const { transactions, commands } = await countWork();
        return { 'transactions of PostgreSQL': [transactions], 'commands of Redis': [commands] };
      },
    },
  ],
};
