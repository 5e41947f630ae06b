import { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';
import { describeRedis } from '../testing/describe-redis.js';
import { openRedisSharedState, type RedisSharedState } from './redis-shared-state.js';

const limits = { messagesPerWindow: 1_000 };
const messages = 20;

describeRedis('a message', (server) => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const part of opened.splice(0)) await part.close();
  });

  const openShared = async () => {
    const shared = await openRedisSharedState({ url: server().url, timeoutMs: 10_000 });
    opened.push(shared);
    return shared;
  };

  /** A user of an instance, with a socket there, and one that other users have on another instance. */
  const openChat = async () => {
    const [here, elsewhere] = [await openShared(), await openShared()];
    const { limiter, leases, turns, fanOut } = here;
    const chat = createTestChat({ limits, limiter, leases, turns, fanOut });
    const ada = await chat.login();
    const userId = (await chat.dependencies.store.userByName('ada'))?.id ?? '';
    await fanOut.remote?.subscribeUser(userId).ready;
    await elsewhere.fanOut.remote?.subscribeUser('somebody else').ready;
    return { here, elsewhere, ada, userId };
  };

  /** The commands that Redis executed for messages of this user, also inside scripts. */
  const countCommands = async (here: RedisSharedState, ada: TestUser, userId: string) => {
    // Redis knows the scripts after the first message.
    expect((await ada.send('Which tram?')).status).toBe(200);
    const client = new Redis(server().url);
    // Another connection than that of the client.
    const monitor = await client.monitor();
    for (const connection of [client, monitor]) {
      opened.push({ close: () => connection.disconnect() });
    }
    const commands: string[][] = [];
    let ended = false;
    monitor.on('monitor', (_time: string, args: string[], source: string) => {
      const text = args.join(' ');
      if (text.includes('{end}')) ended = true;
      else if (!ended && (source === 'lua' || text.includes(userId))) commands.push(args);
    });
    for (let sent = 0; sent < messages; sent += 1) {
      expect((await ada.send('Which tram?')).status).toBe(200);
    }
    // On the same connection, so that it is executed after them.
    await here.limiter.consume('end', 1, 1_000);
    await expect.poll(() => ended).toBe(true);
    return commands;
  };

  it('needs seven commands of Redis when the user has sockets on its instance only', async () => {
    const { here, ada, userId } = await openChat();
    const commands = await countCommands(here, ada, userId);
    expect(commands.filter(([name]) => /publish/i.test(name ?? ''))).toEqual([]);
    expect(commands.length / messages).toBe(7);
  });

  it('is published when the user has a socket on another instance', async () => {
    const { here, elsewhere, ada, userId } = await openChat();
    const seen: (number | undefined)[] = [];
    elsewhere.fanOut.subscribe((_userId, event) => {
      if (event.kind === 'frame') seen.push(event.seq);
    });
    await elsewhere.fanOut.remote?.subscribeUser(userId).ready;
    await countCommands(here, ada, userId);
    const stored = Array.from({ length: 2 * (messages + 1) }, (_, index) => index + 1);
    await expect.poll(() => seen.filter((seq) => seq !== undefined)).toEqual(stored);
  });
});
