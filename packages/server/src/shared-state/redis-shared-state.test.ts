import { afterEach } from 'vitest';
import { openRedisSharedState, type RedisSharedState } from './redis-shared-state.js';
import { describeRedis } from './testing/redis-server.js';
import { sharedStateSuite } from './testing/shared-state-suite.js';

describeRedis('over Redis', (server) => {
  const opened: RedisSharedState[] = [];
  let populations = 0;
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((shared) => shared.close()));
  });

  sharedStateSuite({
    name: 'by three instances',
    async open({ clock, turnsWaiting }) {
      populations += 1;
      const prefix = `suite-${populations}:`;
      const instances = await Promise.all(
        Array.from({ length: 3 }, () =>
          openRedisSharedState({ url: server().url, prefix, clock, limits: { turnsWaiting } }),
        ),
      );
      opened.push(...instances);
      return instances;
    },
  });
});
