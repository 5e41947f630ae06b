import { expect } from 'vitest';
import { expected, type Scenario } from '../scenario.js';
import { connectUntilOpen } from '../socket-recorder.js';

/** Socket events of extensions. */
export function receipts(scenario: Scenario): void {
  scenario('a read receipt reaches the other device and the history', async (env) => {
    const client = env.client();
    const desk = await connectUntilOpen(env, {}, client);
    const phone = await connectUntilOpen(env);
    const reply = await desk.socket.ask('Read this');
    const id = reply.id ?? 'no id';
    desk.socket.markRead(id);
    if (env.supports.receipts)
      expect(await phone.waitForEvent('read')).toMatchObject({ event: 'read', id });
    // A backend without receipts receives no read frame, so it sends no error.
    await desk.socket.ask('And this');
    const read = expected(env.supports.receipts, { extension: 'read', coreOnly: undefined });
    const { messages } = await client.chat.history();
    expect(messages.slice(2).map(({ status }) => status)).toEqual([read, read]);
    expect(desk.events.status.filter(({ event }) => event !== 'typing')).toEqual([]);
    expect(phone.events.read).toHaveLength(
      expected(env.supports.receipts, { extension: 1, coreOnly: 0 }),
    );
  });

  scenario(
    'a reply arrives as deltas and then complete, or only complete',
    async (env) => {
      const { socket, events, waitFor, messages } = await connectUntilOpen(env, { stream: true });
      const content = 'Many words that the reply contains in several deltas';
      const reply = await socket.ask(content);
      expect(reply.content).toBe(content);
      await waitFor(() => messages.length === 2);
      const deltas = events.delta.map(({ content }) => content);
      expect(deltas.join('')).toBe(
        expected(env.supports.streaming, { extension: content, coreOnly: '' }),
      );
      if (!env.supports.streaming) return;
      expect(deltas.length).toBeGreaterThan(1);
      expect(new Set(events.delta.map(({ id }) => id))).toEqual(new Set([reply.id]));
    },
    { echo: true },
  );

  scenario(
    'a reply arrives without deltas if they were not requested',
    async (env) => {
      const { socket, events } = await connectUntilOpen(env);
      await socket.ask('Many words that arrive in one message');
      expect(events.delta).toEqual([]);
    },
    { echo: true },
  );

  scenario('emits typing events if the backend sends them', async (env) => {
    const { socket, events } = await connectUntilOpen(env);
    await socket.ask('Think!');
    expect(events.typing.map(({ event }) => event)).toEqual(
      expected(env.supports.streaming, { extension: ['typing'], coreOnly: [] }),
    );
    // A typing event is also a status.
    expect(events.status.map(({ content }) => content)).toEqual(
      events.typing.map(({ content }) => content),
    );
  });

  scenario(
    'emits neither the greeting nor heartbeats',
    async (env) => {
      const quiet = await connectUntilOpen(env);
      const busy = await connectUntilOpen(env);
      await busy.socket.ask('One');
      await busy.socket.ask('Two');
      await quiet.waitFor(() => quiet.messages.length === 4);
      for (const { events } of [quiet, busy]) {
        expect(events.status.filter(({ event }) => event !== 'typing')).toEqual([]);
      }
    },
    { heartbeatMs: 40 },
  );
}
