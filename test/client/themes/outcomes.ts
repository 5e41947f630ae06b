import type { OutcomeUnknownError } from '@chat/client';
import { expect } from 'vitest';
import { moment, outcome } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';
import type { Stage } from '../stage.js';
import { connected } from '../witness.js';

/** What a caller is told of a message that left, when nobody can say whether it arrived. */
export function outcomes(scenario: Scenario): void {
  scenario(
    'a message whose confirmation was lost: stored once, and told as far as it is known',
    async (stage) => {
      const { socket, until, shown } = await connected(stage);
      await socket.ask('Hello?');
      const stored = holdBackFrames(stage);
      const sent = socket.send('Once').then(
        ({ content }) => content,
        (error: OutcomeUnknownError) => `${error.code}: ${error.content}`,
      );
      await stored;
      stage.network.cut();
      expect(await sent).toBe(
        expected(stage.can.acknowledgement, {
          extension: 'Once',
          coreOnly: 'outcome_unknown: Once',
        }),
      );
      await until(() => shown.includes('assistant: re: Once'));
      expect(shown).toEqual(await stage.stored());
      expect(shown.filter((line) => line === 'user: Once')).toHaveLength(1);
    },
  );

  scenario(
    'a message that never arrived: sent again, or told to be unknown and not repeated',
    async (stage) => {
      const { socket, until, shown } = await connected(stage);
      await socket.ask('Hello?');
      for (const line of stage.network.lines) line.dropBytes(1, 'up');
      expect(await outcome(socket.send('Lost'))).toBe(
        expected(stage.can.acknowledgement, { extension: 'done', coreOnly: 'outcome_unknown' }),
      );
      await socket.ask('And now?');
      await until(() => shown.includes('assistant: re: And now?'));
      expect((await stage.stored()).filter((line) => line === 'user: Lost')).toHaveLength(
        expected(stage.can.acknowledgement, { extension: 1, coreOnly: 0 }),
      );
      expect(shown).toEqual(await stage.stored());
    },
  );

  scenario(
    'a question whose answer comes while the line is down is answered all the same',
    async (stage) => {
      const { socket, until, shown } = await connected(stage);
      await socket.ask('Hello?');
      const thought = moment();
      stage.reply = async (said) => {
        await thought.came;
        return `re: ${said}`;
      };
      const answer = socket.ask('Are you sure?');
      await until(() => shown.includes('user: Are you sure?'));
      stage.network.cut();
      await until(() => socket.state !== 'open');
      thought.come();
      expect((await answer).content).toBe('re: Are you sure?');
    },
  );

  scenario(
    'a question whose answer never came to be, while another device goes on: each is told its own',
    async (stage) => {
      const { socket, until, shown } = await connected(stage);
      await socket.ask('Hello?');
      const failed = moment();
      stage.reply = async () => {
        await failed.came;
        throw new Error('The assistant died.');
      };
      const why = socket.ask('Why?').then(
        ({ content }) => content,
        (error: OutcomeUnknownError) => `${error.code}: ${error.content}`,
      );
      await until(() => shown.includes('user: Why?'));
      // Nobody hears of the failure, and another question is there before this one is asked again.
      stage.network.refuse();
      stage.network.cut();
      await until(() => socket.state !== 'open');
      failed.come();
      stage.reply = (said) => `re: ${said}`;
      await using other = stage.otherDevice().connect();
      expect((await other.ask('When?')).content).toBe('re: When?');
      await stage.network.resume();
      expect(await why).toBe(
        expected(stage.can.replyTo, { extension: 're: Why?', coreOnly: 'outcome_unknown: Why?' }),
      );
      expect((await stage.stored()).slice(2)).toEqual([
        'user: Why?',
        'user: When?',
        'assistant: re: When?',
        ...expected(stage.can.replyTo, { extension: ['assistant: re: Why?'], coreOnly: [] }),
      ]);
    },
  );

  scenario(
    'what was said in one breath through a cut keeps its order and is stored once',
    async (stage) => {
      const { socket, until, shown } = await connected(stage);
      await socket.ask('Hello?');
      // A moment for each, so that the cut comes in the middle.
      stage.reply = async (said) => {
        await new Promise(setImmediate);
        return `re: ${said}`;
      };
      const words = Array.from({ length: 20 }, (_, index) => `${index}`);
      const sent = words.map((word) => outcome(socket.send(word)));
      await until(() => shown.includes('user: 5'));
      stage.network.cut();
      await until(() => socket.state !== 'open');
      const told = await Promise.all(sent);
      await socket.ask('Done?');
      const stored = await stage.stored();
      const said = stored.filter((line) => /^user: \d+$/.test(line));
      expect(said).toEqual([...new Set(said)]);
      expect(said).toEqual(said.toSorted(byNumber));
      for (const [index, word] of words.entries()) {
        if (told[index] === 'done') expect(said).toContain(`user: ${word}`);
        else expect([stage.can.acknowledgement, told[index]]).toEqual([false, 'outcome_unknown']);
      }
      await until(() => shown.includes('assistant: re: Done?'));
      expect(shown).toEqual(stored);
    },
  );
}

/** From now on nothing comes down the sockets' lines; resolves when the next message is stored. */
function holdBackFrames(stage: Stage): Promise<void> {
  const stored = moment();
  stage.reply = (said) => {
    stored.come();
    return `re: ${said}`;
  };
  for (const line of stage.network.lines) if (line.isWebSocket) line.stall('down');
  return stored.came;
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(6)) - Number(b.slice(6));
}
