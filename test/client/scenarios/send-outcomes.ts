import type { OutcomeUnknownError } from '@chat/client';
import { expect } from 'vitest';
import { deferred, settledCode } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';
import { connectUntilOpen } from '../socket-recorder.js';
import type { TestEnvironment } from '../test-environment.js';

/** The outcome of a message that was in flight when the connection was lost. */
export function sendOutcomes(scenario: Scenario): void {
  scenario('lost acknowledgement: stored once, and resolved or unknown', async (env) => {
    const { socket, waitFor, messages } = await connectUntilOpen(env);
    await socket.ask('Hello?');
    const stored = stallFrames(env);
    const sent = socket.send('Once').then(
      ({ content }) => content,
      (error: OutcomeUnknownError) => `${error.code}: ${error.content}`,
    );
    await stored;
    env.network.cut();
    expect(await sent).toBe(
      expected(env.supports.acknowledgement, {
        extension: 'Once',
        coreOnly: 'outcome_unknown: Once',
      }),
    );
    await waitFor(() => messages.includes('assistant: re: Once'));
    expect(messages).toEqual(await env.storedMessages());
    expect(messages.filter((message) => message === 'user: Once')).toHaveLength(1);
  });

  scenario('lost message: sent again, or unknown and not repeated', async (env) => {
    const { socket, waitFor, messages } = await connectUntilOpen(env);
    await socket.ask('Hello?');
    for (const connection of env.network.connections) connection.dropBytes(1, 'up');
    expect(await settledCode(socket.send('Lost'))).toBe(
      expected(env.supports.acknowledgement, { extension: 'done', coreOnly: 'outcome_unknown' }),
    );
    await socket.ask('And now?');
    await waitFor(() => messages.includes('assistant: re: And now?'));
    expect((await env.storedMessages()).filter((message) => message === 'user: Lost')).toHaveLength(
      expected(env.supports.acknowledgement, { extension: 1, coreOnly: 0 }),
    );
    expect(messages).toEqual(await env.storedMessages());
  });

  scenario('ask() resolves if the reply is stored while there is no connection', async (env) => {
    const { socket, waitFor, messages } = await connectUntilOpen(env);
    await socket.ask('Hello?');
    const replyReady = deferred();
    env.reply = async (userMessages) => {
      await replyReady.promise;
      return `re: ${userMessages}`;
    };
    const reply = socket.ask('Are you sure?');
    await waitFor(() => messages.includes('user: Are you sure?'));
    env.network.cut();
    await waitFor(() => socket.state !== 'open');
    replyReady.resolve();
    expect((await reply).content).toBe('re: Are you sure?');
  });

  scenario('ask() does not take the reply to the question of another device', async (env) => {
    const { socket, waitFor, messages } = await connectUntilOpen(env);
    await socket.ask('Hello?');
    const failed = deferred();
    env.reply = async () => {
      await failed.promise;
      throw new Error('The assistant died.');
    };
    const why = socket.ask('Why?').then(
      ({ content }) => content,
      (error: OutcomeUnknownError) => `${error.code}: ${error.content}`,
    );
    await waitFor(() => messages.includes('user: Why?'));
    // No client receives the failure, and another question is stored before this one is sent again.
    env.network.refuse();
    env.network.cut();
    await waitFor(() => socket.state !== 'open');
    failed.resolve();
    env.reply = (userMessages) => `re: ${userMessages}`;
    await using other = env.otherDevice().connect();
    expect((await other.ask('When?')).content).toBe('re: When?');
    await env.network.resume();
    expect(await why).toBe(
      expected(env.supports.replyTo, {
        extension: 're: Why?',
        coreOnly: 'outcome_unknown: Why?',
      }),
    );
    expect((await env.storedMessages()).slice(2)).toEqual([
      'user: Why?',
      'user: When?',
      'assistant: re: When?',
      ...expected(env.supports.replyTo, { extension: ['assistant: re: Why?'], coreOnly: [] }),
    ]);
  });

  scenario(
    'a burst of messages across a lost connection keeps its order and is stored once',
    async (env) => {
      const { socket, waitFor, messages } = await connectUntilOpen(env);
      await socket.ask('Hello?');
      // Delay each reply, so that the connection is lost in the middle.
      env.reply = async (userMessages) => {
        await new Promise(setImmediate);
        return `re: ${userMessages}`;
      };
      const contents = Array.from({ length: 20 }, (_, index) => `${index}`);
      const sent = contents.map((content) => settledCode(socket.send(content)));
      await waitFor(() => messages.includes('user: 5'));
      env.network.cut();
      await waitFor(() => socket.state !== 'open');
      const outcomes = await Promise.all(sent);
      await socket.ask('Done?');
      const stored = await env.storedMessages();
      const userMessages = stored.filter((message) => /^user: \d+$/.test(message));
      expect(userMessages).toEqual([...new Set(userMessages)]);
      expect(userMessages).toEqual(userMessages.toSorted(byNumber));
      for (const [index, content] of contents.entries()) {
        if (outcomes[index] === 'done') expect(userMessages).toContain(`user: ${content}`);
        else
          expect([env.supports.acknowledgement, outcomes[index]]).toEqual([
            false,
            'outcome_unknown',
          ]);
      }
      await waitFor(() => messages.includes('assistant: re: Done?'));
      expect(messages).toEqual(stored);
    },
  );
}

/** Stops frames to the sockets; resolves when the next message is stored. */
function stallFrames(env: TestEnvironment): Promise<void> {
  const stored = deferred();
  env.reply = (userMessages) => {
    stored.resolve();
    return `re: ${userMessages}`;
  };
  for (const connection of env.network.connections)
    if (connection.isWebSocket) connection.stall('down');
  return stored.promise;
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(6)) - Number(b.slice(6));
}
