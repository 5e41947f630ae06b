import { createRandom } from './random.mjs';

const secondsPerDay = 86_400;
/** The busiest hour has this many times the messages of an average hour. */
const peakFactor = 3;
/** The client waits a random time up to this before it connects again after a close with 1012. */
const reconnectSpreadS = 10;
/** A busy core is full at this utilization: beyond it, waiting times grow without bound. */
const fullAt = 0.7;

/**
 * @param {object} size
 * @param {number} size.users
 * @param {number} size.sockets open in the busiest hour
 * @param {number} size.instances one core each
 * @param {number} size.shards masters of Redis, one core each
 * @param {number} size.postgresCores
 */
export function createDeployment(size, costs) {
  const { users, sockets, instances, shards, postgresCores } = size;
  const messagesPerSecond = ((users * 10) / secondsPerDay) * peakFactor;

  /** The part of each resource that this load uses; 1 is all of it. */
  const utilization = ({ messages = 0, connects = 0, reads = 0 }, shares = {}) => {
    const { liveInstances = instances, liveShards = shards } = shares;
    const renewals = sockets / costs.renewal.intervalS;
    const backgroundReads = sockets / costs.reconciliation.intervalS + reads;
    const { message, connect } = costs;
    return {
      'the instances':
        (messages * message.serverUs + connects * connect.serverUs) / (liveInstances * 1e6),
      'the processors of PostgreSQL':
        (messages * message.postgresUs +
          connects * connect.postgresUs +
          backgroundReads * costs.reconciliation.postgresUs) /
        (postgresCores * 1e6),
      'the WAL device of PostgreSQL': (messages * message.transactions) / costs.commitsPerSecond,
      Redis:
        (messages * message.redisUs +
          connects * connect.redisUs +
          renewals * costs.renewal.redisUs) /
        (liveShards * 1e6),
    };
  };

  return {
    messagesPerSecond,
    memoryPerInstance: (sockets / instances) * costs.socketBytes,
    utilization,

    /** The busiest hour, second by second with random arrivals: the highest second of each resource. */
    busiestHour() {
      const random = createRandom(1);
      const peak = {};
      for (let second = 0; second < 3_600; second += 1) {
        const messages = random.poisson(messagesPerSecond);
        // A socket lives for about an hour.
        const connects = random.poisson(sockets / 3_600);
        for (const [name, part] of Object.entries(utilization({ messages, connects }))) {
          peak[name] = Math.max(peak[name] ?? 0, part);
        }
      }
      return peak;
    },

    /**
     * All instances are replaced one after the other. The sockets of each connect to the others, as fast as the slowest
     * resource accepts them.
     */
    rollingRestart(secondsBetween) {
      const random = createRandom(2);
      const perInstance = sockets / instances;
      const waiting = [];
      let queued = 0;
      let [mostQueued, longestWaitS, mostConnects] = [0, 0, 0];
      const end = instances * secondsBetween + 600;
      for (let second = 0; second < end; second += 1) {
        const stopped = second % secondsBetween === 0 && second < instances * secondsBetween;
        for (let socket = 0; stopped && socket < perInstance; socket += 1) {
          const at = second + Math.floor(random.next() * reconnectSpreadS);
          waiting[at] = (waiting[at] ?? 0) + 1;
        }
        queued += waiting[second] ?? 0;
        const messages = random.poisson(messagesPerSecond);
        const accepted = Math.min(queued, acceptable(messages));
        queued -= accepted;
        mostConnects = Math.max(mostConnects, accepted);
        mostQueued = Math.max(mostQueued, queued);
        if (accepted > 0) longestWaitS = Math.max(longestWaitS, queued / accepted);
      }
      return {
        mostConnects,
        mostQueued,
        longestWaitS,
        durationS: instances * secondsBetween,
        unfinished: queued,
      };
    },

    /** One of the shards does not respond: its users are counted by each instance, and all instances read from the store. */
    lostShard() {
      const shares = { liveShards: shards - 1 };
      const messages = messagesPerSecond;
      // Each instance reads a few users at a time: when PostgreSQL is full, its reads wait, and a pass takes longer.
      const free = 1 - utilization({ messages }, shares)['the processors of PostgreSQL'];
      const possible = (free * postgresCores * 1e6) / costs.reconciliation.postgresUs;
      const reads = Math.max(0, Math.min(sockets, possible));
      const used = utilization({ messages, reads }, shares);
      return { affectedUsers: users / shards, reads, passS: sockets / reads, used };
    },
  };

  /** How many sockets can connect in a second with this many messages, on one instance less. */
  function acceptable(messages) {
    const shares = { liveInstances: Math.max(1, instances - 1) };
    const base = utilization({ messages }, shares);
    const one = utilization({ messages, connects: 1 }, shares);
    const rates = Object.keys(base)
      .filter((name) => one[name] > base[name])
      .map((name) => Math.max(0, fullAt - base[name]) / (one[name] - base[name]));
    return Math.floor(Math.min(...rates));
  }
}

/** The resource that is full first when the load grows, and at how many times the load. */
export function firstLimit(used) {
  const [name, part] = Object.entries(used).reduce((most, one) => (one[1] > most[1] ? one : most));
  return { name, factor: fullAt / part };
}
