import { contentProblem } from '@chat/contract';
import { addUser } from './add-user.js';
import { createAllowances } from './allowances.js';
import { answer } from './answer.js';
import type { ChatApi, ChatApiDependencies } from './api.js';
import { createAuthentication } from './authentication.js';
import { createConversation } from './conversation.js';
import type { House } from './handlers/handler.js';
import { createHousekeeping } from './housekeeping.js';
import { PageCache } from './page-cache.js';
import { Problem } from './problem.js';
import { createSocketHub } from './socket/socket-hub.js';
import { createTurnEngine } from './turn-engine.js';
import { createUnderWay } from './under-way.js';

const pagesMaxBytes = 32 * 1024 * 1024;

/**
 * The chat itself, behind whatever door: it knows neither HTTP servers nor WebSocket libraries.
 * @throws RangeError when `timeZone` names no zone.
 */
export function createChatApi(dependencies: ChatApiDependencies): ChatApi {
  let stopping = false;
  const conversation = createConversation(dependencies);
  const house: House = {
    ...dependencies,
    conversation,
    pages: new PageCache(pagesMaxBytes),
    engine: createTurnEngine(dependencies, conversation),
    authentication: createAuthentication(dependencies),
    allowances: createAllowances(dependencies.limiter, dependencies.limits),
    dummyHash: dependencies.passwords.hash(dependencies.identifiers.next()),
    calls: createUnderWay(),
    stopping: () => stopping,
  };
  // Whoever awaits it later hears of its failure; until then it is not unhandled.
  house.dummyHash.catch(() => {});
  const sockets = createSocketHub(house);
  const keepHouse = createHousekeeping(dependencies);

  let drained: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    stopping = true;
    // Calls first: one that was let in may still be on its way to its turn.
    await sockets.drain(house.calls.idle().then(() => house.engine.drain()));
    house.authentication.close();
  };

  return {
    handle(route, request) {
      keepHouse();
      return house.calls.run(() => answer(house, route, request));
    },
    open: (peer, request) => sockets.open(peer, request),
    async push(userId, content) {
      const problem = contentProblem(content, Number.POSITIVE_INFINITY);
      if (problem !== undefined) throw new Problem(400, `A message ${problem}`);
      await house.engine.push(userId, content);
    },
    addUser: (user) => addUser(dependencies, user),
    drain: () => (drained ??= drain()),
  };
}
