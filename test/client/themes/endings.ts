import { expect, vi } from 'vitest';
import { failure, moment, outcome } from '../outcome.js';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { connect, connected, type Witness, watch } from '../witness.js';

/** Looked at often, and given up late. */
const soon = { timeout: 5000, interval: 5 };

/** Sockets that are closed, in whichever state they are. */
export function endings(scenario: Scenario): void {
  scenario('close() while it is open', async (stage) => {
    const witness = await connected(stage);
    await ends(stage, witness, () => witness.socket.close());
  });

  scenario('close() before anything happened, twice', async (stage) => {
    const witness = connect(stage);
    await ends(stage, witness, () => {
      witness.socket.close();
      witness.socket.close();
    });
    expect(witness.redials()).toBe(0);
    expect(stage.timesAsked('login')).toBe(0);
  });

  scenario('close() before the token came: no socket is opened after it', async (stage) => {
    const asked = moment();
    const given = moment();
    const client = stage.client({
      credentials: async () => {
        asked.come();
        await given.came;
        return { username: 'ada', password: 's3cret' };
      },
    });
    const witness = connect(stage, {}, client);
    await asked.came;
    await ends(stage, witness, () => witness.socket.close());
    given.come();
    // The token comes, and whoever else wants it has it.
    await client.stats.messages();
    expect(socketLines(stage)).toBe(0);
    expect(witness.socket.state).toBe('closed');
  });

  scenario('close() while the dial hangs', async (stage) => {
    const client = stage.client();
    await client.login();
    stage.network.stall('down');
    const witness = connect(stage, {}, client);
    await vi.waitFor(() => expect(socketLines(stage)).toBe(1), soon);
    await ends(stage, witness, () => witness.socket.close());
  });

  scenario('close() while it waits for the next dial', async (stage) => {
    stage.network.refuse();
    const witness = connect(stage);
    await witness.state('waiting');
    await ends(stage, witness, () => witness.socket.close());
  });

  for (const name of ['state', 'message'] as const) {
    scenario(`close() inside a listener of "${name}"`, async (stage) => {
      const socket = stage.client().connect();
      const witness = watch(socket);
      const stop = socket.on(name, () => {
        stop();
        socket.close();
      });
      await ends(stage, witness, () => void outcome(socket.ask('Hello?')));
    });
  }

  scenario('a closed socket stays closed, and says so', async (stage) => {
    const witness = await connected(stage);
    const { socket, states, redials } = witness;
    await ends(stage, witness, () => socket.close());
    socket.reconnect();
    socket.markRead('anything');
    expect(await failure(socket.send('Too late'))).toMatchObject({
      code: 'not_sent',
      reason: 'closed',
      content: 'Too late',
    });
    for await (const event of socket) expect.fail(`Nothing comes after the end, but ${event.type}`);
    expect(states.at(-1)?.state).toBe('closed');
    expect(redials()).toBe(0);
  });

  scenario('what was not sent when it was closed comes back, in its order', async (stage) => {
    stage.network.refuse();
    const { socket, state } = connect(stage);
    await state('waiting');
    const given = ['1', '2'].map((word) => failure(socket.send(word)));
    socket.close();
    expect(await Promise.all(given)).toEqual(
      ['1', '2'].map((content) => expect.objectContaining({ code: 'not_sent', content })),
    );
    expect(await stage.stored()).toEqual([]);
    await stage.network.resume();
  });

  scenario('a signal that aborts closes the socket for good', async (stage) => {
    const abort = new AbortController();
    const witness = await connected(stage, { signal: abort.signal });
    await ends(stage, witness, () => abort.abort());
    expect(witness.states.at(-1)?.error).toMatchObject({ code: 'aborted' });
    const late = connect(stage, { signal: abort.signal });
    expect(late.socket.state).toBe('closed');
  });

  scenario('logout() closes the sockets before the token, and none dials again', async (stage) => {
    const client = stage.client();
    const witnesses = await Promise.all([
      connected(stage, {}, client),
      connected(stage, {}, client),
    ]);
    const other = await connected(stage);
    await client.logout();
    for (const { states, redials } of witnesses) {
      expect(states.at(-1)).toMatchObject({ state: 'closed', code: 1000 });
      expect(redials()).toBe(0);
    }
    await other.socket.ask('Are you still there?');
    expect(other.redials()).toBe(0);
    expect(stage.timesAsked('login')).toBe(2);
    await vi.waitFor(() => expect(socketLines(stage)).toBe(1), soon);
  });

  scenario('closing the client closes its sockets', async (stage) => {
    const client = stage.client();
    const witness = await connected(stage, {}, client);
    await ends(stage, witness, () => void client.close());
  });
}

/** It ends with one `closed`, leaves no line, and does not come back. */
async function ends(stage: Stage, witness: Witness, close: () => void): Promise<void> {
  close();
  await witness.state('closed');
  // A line that is stalled cannot tell its far end that it is over.
  await stage.network.resume();
  await vi.waitFor(() => expect(socketLines(stage)).toBe(0), soon);
  expect(witness.states.filter(({ state }) => state === 'closed')).toHaveLength(1);
}

function socketLines({ network }: Stage): number {
  return network.lines.filter(({ isWebSocket }) => isWebSocket).length;
}
