import { expect } from 'vitest';
import type { Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { connected, type Witness } from '../witness.js';

/** What was said while the line was down. */
export function gaps(scenario: Scenario): void {
  scenario('what was missed is shown before what comes, each once', async (stage) => {
    const witness = await acquainted(stage);
    await away(stage, witness, ['missed one', 'missed two']);
    expect(await witness.event('recovered')).toEqual({ count: 4, complete: true });
    await witness.socket.ask('Back?');
    await witness.until(() => witness.shown.length === 8);
    expect(witness.shown).toEqual(await stage.stored());
  });

  scenario('identical messages in a gap stay as many as they were', async (stage) => {
    const witness = await acquainted(stage);
    await witness.socket.ask('ok');
    await away(stage, witness, ['ok', 'ok']);
    await witness.event('recovered');
    await witness.socket.ask('ok');
    await witness.until(() => witness.shown.length === 10);
    expect(witness.shown).toEqual(await stage.stored());
  });

  scenario('a gap in which nothing was said holds nothing', async (stage) => {
    const witness = await acquainted(stage);
    await away(stage, witness, []);
    expect(await witness.event('recovered')).toEqual({ count: 0, complete: true });
    expect(witness.shown).toEqual(await stage.stored());
  });

  scenario('a gap of several pages is filled whole', async (stage) => {
    const witness = await acquainted(stage);
    const words = Array.from({ length: 70 }, (_, index) => `${index}`);
    await away(stage, witness, words);
    expect(await witness.event('recovered')).toEqual({ count: 140, complete: true });
    expect(witness.shown).toEqual(await stage.stored());
  });

  scenario(
    'of a gap that is too large the newest are shown, and that some are missing',
    async (stage) => {
      const witness = await acquainted(stage, { recover: { maxMessages: 4 } });
      await away(stage, witness, ['1', '2', '3', '4']);
      expect(await witness.event('recovered')).toEqual({ count: 4, complete: false });
      expect(witness.shown.slice(2)).toEqual((await stage.stored()).slice(-4));
    },
  );

  scenario('a gap is left open where that is wanted', async (stage) => {
    const witness = await acquainted(stage, { recover: false });
    await away(stage, witness, ['missed']);
    await witness.socket.ask('Back?');
    await witness.until(() => witness.shown.length === 4);
    expect(witness.shown).not.toContain('user: missed');
    expect(witness.events.recovered).toEqual([]);
  });

  scenario('what is said while a gap is filled comes after it', async (stage) => {
    const witness = await acquainted(stage);
    const device = stage.otherDevice();
    const talk = (async () => {
      for (let turn = 0; turn < 20; turn += 1) await device.chat.send(`turn ${turn}`);
    })();
    for (let cut = 0; cut < 4; cut += 1) {
      stage.network.cut();
      const before = witness.redials();
      await witness.until(() => witness.redials() > before && witness.socket.state === 'open');
    }
    await talk;
    await witness.until(() => witness.shown.includes('assistant: re: turn 19'));
    expect(witness.shown).toEqual(await stage.stored());
  });
}

/** A socket that has heard something already, so that it knows where the conversation stands. */
async function acquainted(stage: Stage, options = {}): Promise<Witness> {
  const witness = await connected(stage, options);
  await witness.socket.ask('Hello?');
  return witness;
}

/** The network is gone while the other device says these, and then comes back. */
async function away(stage: Stage, witness: Witness, words: readonly string[]): Promise<void> {
  stage.network.refuse();
  stage.network.cut();
  await witness.until(() => witness.socket.state !== 'open');
  const device = stage.otherDevice();
  for (const word of words) await device.chat.send(word);
  await stage.network.resume();
  await witness.state('open');
}
