import { describe, expect, it } from 'vitest';
import { createInProcessFanOut } from '../../shared-state/in-process/in-process-fan-out.js';
import { createMemoryStore } from '../../stores/memory/memory-store.js';
import { chunkAssistant } from '../../testing/chunk-assistant.js';
import { createTestChat, settle, type TestChat } from '../../testing/test-chat.js';
import type { FanOut } from '../ports/index.js';

/** The fan-out of an instance that has lost the connection to the others. */
function disconnectedFanOut(): FanOut {
  return {
    ...createInProcessFanOut({ error() {} }),
    remote: {
      subscribeUser: () => ({ ready: Promise.resolve(), stop() {} }),
      isConnected: () => false,
    },
  };
}

/** Two instances that share only the store. The first one generates a reply. */
async function separatedInstances() {
  const store = createMemoryStore();
  const assistant = chunkAssistant();
  const create = () => createTestChat({ store, assistant, fanOut: disconnectedFanOut() });
  const [here, there] = [create(), create()];
  const ada = await here.login();
  const elsewhere = await there.login();
  const advance = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 100) {
      for (const chat of [here, there] satisfies TestChat[]) chat.clock.advance(100);
      await settle();
    }
  };
  return { store, assistant, ada, elsewhere, advance };
}

describe('instances that cannot reach each other', () => {
  it('stop a reply through the store, within three seconds', async () => {
    const { store, assistant, ada, elsewhere, advance } = await separatedInstances();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    await assistant.send('One');
    const stop = elsewhere.call('stop');
    await advance(3_000);
    expect((await stop).body).toEqual({ stopped: true });
    const { messages } = (await response).body;
    expect(messages[1]).toMatchObject({ content: 'One', stopped: true });
    expect((await store.state((await store.userByName('ada'))!.id)).stopRequest).toBeUndefined();
  });

  it('stop only the reply of the request', async () => {
    const { assistant, ada, elsewhere, advance } = await separatedInstances();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    await assistant.send('One');
    const stop = elsewhere.call('stop', { body: { messageId: 'another' } });
    await advance(4_000);
    expect((await stop).body).toEqual({ stopped: false });
    assistant.end();
    expect((await response).body.messages[1]).not.toHaveProperty('stopped');
  });

  it.each(['a\u0000b', '\ud800', 'x'.repeat(300)])('do not store the id %j', async (messageId) => {
    const { store, assistant, ada, elsewhere } = await separatedInstances();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    const stop = elsewhere.call('stop', { body: { messageId } });
    expect((await stop).body).toEqual({ stopped: false });
    expect((await store.state((await store.userByName('ada'))!.id)).stopRequest).toBeUndefined();
    await assistant.send('One');
    assistant.end();
    await response;
  });

  it('do not stop a reply that starts after the request', async () => {
    const { assistant, ada, elsewhere, advance } = await separatedInstances();
    const stop = elsewhere.call('stop');
    await advance(4_000);
    expect((await stop).body).toEqual({ stopped: false });
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    await assistant.send('One');
    await advance(4_000);
    assistant.end();
    expect((await response).body.messages[1]).not.toHaveProperty('stopped');
  });
});
