import { createDeployment, firstLimit } from './deployment.mjs';

const base = { users: 1_000_000, sockets: 100_000, instances: 20, shards: 3, postgresCores: 8 };
const secondsBetweenRestarts = 30;

const remedies = {
  'the instances': 'more instances: they share nothing in memory',
  'the processors of PostgreSQL':
    'distribute the tables by user over several servers; partitions alone do not add processors',
  'the WAL device of PostgreSQL':
    'distribute the tables by user over several servers, each with its own WAL',
  Redis: 'more masters in the Redis Cluster: each user is on one of them',
};

const number = (value) => Math.round(value).toLocaleString('en');
const percent = (part) => `${(part * 100).toFixed(part < 0.1 ? 1 : 0)} %`;
const list = (used) =>
  Object.entries(used)
    .map(([name, part]) => `${name} ${percent(part)}`)
    .join(', ');

/** The output of the simulation, one scenario after the other. */
export function describeScenarios(costs) {
  const deployment = createDeployment(base, costs);
  const busiest = deployment.busiestHour();
  const restart = deployment.rollingRestart(secondsBetweenRestarts);
  const lost = deployment.lostShard();
  const limit = firstLimit(busiest);
  const lines = [
    `${number(base.users)} users, ${number(base.sockets)} sockets, ${base.instances} instances, ${base.shards} masters of Redis, PostgreSQL with ${base.postgresCores} cores`,
    `A message: ${number(costs.message.serverUs)} µs of an instance, ${number(costs.message.postgresUs)} µs of PostgreSQL in ${costs.message.transactions} transactions, ${number(costs.message.redisUs)} µs of Redis in ${costs.message.commands} commands`,
    '',
    `The busiest hour: ${number(deployment.messagesPerSecond)} messages/s, ${number(deployment.memoryPerInstance / 2 ** 20)} MiB for the sockets of an instance`,
    `  its busiest second uses: ${list(busiest)}`,
    `  full first: ${limit.name}, at ${limit.factor.toFixed(1)} times this load`,
    '',
    `A rolling restart, one instance every ${secondsBetweenRestarts} s, takes ${number(restart.durationS / 60)} minutes`,
    `  at most ${number(restart.mostConnects)} sockets connect in a second, ${number(restart.mostQueued)} wait, for ${restart.longestWaitS.toFixed(1)} s at most`,
    '',
    `A lost master of Redis: ${number(lost.affectedUsers)} users are counted by each instance on its own`,
    `  the instances read up to ${number(lost.reads)} users/s from PostgreSQL, all of them in ${lost.passS.toFixed(1)} s; used: ${list(lost.used)}`,
  ];
  for (const factor of [10, 100]) {
    const large = createDeployment(
      { ...base, users: base.users * factor, sockets: base.sockets * factor },
      costs,
    );
    const used = large.utilization({
      messages: large.messagesPerSecond,
      connects: large.messagesPerSecond / 10,
    });
    const { name } = firstLimit(used);
    lines.push(
      '',
      `${factor} times the users and sockets on the same servers would use: ${list(used)}`,
      `  sockets: ${number(large.memoryPerInstance / 2 ** 20)} MiB for each instance`,
      `  the first bottleneck: ${name}. Remedy: ${remedies[name]}.`,
    );
  }
  return lines.join('\n');
}
