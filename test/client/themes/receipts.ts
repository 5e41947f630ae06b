import { expect } from 'vitest';
import { expected, type Scenario } from '../scenario.js';
import { connected } from '../witness.js';

/** What sockets tell beyond messages, where the backend knows how. */
export function receipts(scenario: Scenario): void {
  scenario('what one device has read the other hears, and the history shows', async (stage) => {
    const client = stage.client();
    const desk = await connected(stage, {}, client);
    const phone = await connected(stage);
    const answer = await desk.socket.ask('Read this');
    const id = answer.id ?? 'of a backend without ids';
    desk.socket.markRead(id);
    if (stage.can.receipts) expect(await phone.event('read')).toMatchObject({ event: 'read', id });
    // A backend without receipts hears nothing of it, and so finds nothing wrong either.
    await desk.socket.ask('And this');
    const read = expected(stage.can.receipts, { extension: 'read', coreOnly: undefined });
    const { messages } = await client.chat.history();
    expect(messages.slice(2).map(({ status }) => status)).toEqual([read, read]);
    expect(desk.events.status.filter(({ event }) => event !== 'typing')).toEqual([]);
    expect(phone.events.read).toHaveLength(
      expected(stage.can.receipts, { extension: 1, coreOnly: 0 }),
    );
  });

  scenario(
    'a reply arrives in pieces and then whole, or only whole',
    async (stage) => {
      const { socket, events, until, shown } = await connected(stage, { stream: true });
      const said = 'Many words that a reply brings one after the other';
      const answer = await socket.ask(said);
      expect(answer.content).toBe(said);
      await until(() => shown.length === 2);
      const pieces = events.delta.map(({ content }) => content);
      expect(pieces.join('')).toBe(
        expected(stage.can.streaming, { extension: said, coreOnly: '' }),
      );
      if (!stage.can.streaming) return;
      expect(pieces.length).toBeGreaterThan(1);
      expect(new Set(events.delta.map(({ id }) => id))).toEqual(new Set([answer.id]));
    },
    { echo: true },
  );

  scenario(
    'a reply that was not asked for in pieces arrives whole',
    async (stage) => {
      const { socket, events } = await connected(stage);
      await socket.ask('Many words that nobody wants one by one');
      expect(events.delta).toEqual([]);
    },
    { echo: true },
  );

  scenario('the assistant is seen at work, where the backend tells', async (stage) => {
    const { socket, events } = await connected(stage);
    await socket.ask('Think!');
    expect(events.typing.map(({ event }) => event)).toEqual(
      expected(stage.can.streaming, { extension: ['typing'], coreOnly: [] }),
    );
    // It is a status for people as well.
    expect(events.status.map(({ content }) => content)).toEqual(
      events.typing.map(({ content }) => content),
    );
  });

  scenario(
    'neither greeting nor heartbeats are shown',
    async (stage) => {
      const quiet = await connected(stage);
      const busy = await connected(stage);
      await busy.socket.ask('One');
      await busy.socket.ask('Two');
      await quiet.until(() => quiet.shown.length === 4);
      for (const { events } of [quiet, busy]) {
        expect(events.status.filter(({ event }) => event !== 'typing')).toEqual([]);
      }
    },
    { heartbeatMs: 40 },
  );
}
