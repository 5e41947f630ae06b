import { expect } from 'vitest';
import type { Outcome } from './speaker.js';
import type { Storm } from './storm.js';

/** Holds of every storm over every backend. */
export function expectNothingLostNothingTwice(storm: Storm): void {
  const stored = linesOf(storm);
  for (const speaker of storm.speakers) expectShown(speaker, stored);
  expect(storm.faults).toEqual([]);
  expectTruthfulOutcomes(storm);
  expectOrder(storm);
}

/** Every message once and in the order of the store; else what became of the line around that place. */
function expectShown({ shown, log }: Storm['speakers'][number], stored: readonly string[]): void {
  const place = stored.findIndex((line, index) => shown[index] !== line);
  if (place === -1 && shown.length === stored.length) return;
  const near = log.filter((entry) => Math.abs(Number.parseInt(entry, 10) - place) < 50);
  const part = (lines: readonly string[]) => lines.slice(Math.max(0, place - 3), place + 8);
  expect({ shown: part(shown), near }).toEqual({ shown: part(stored), near: [] });
  expect(shown.length).toBe(stored.length);
}

/**
 * With acknowledgements everything that was said on a socket is stored, and its sender knows. A call over
 * REST has an end of its own: its answer may come too late on a busy machine, and is unknown then. So is
 * that of a question, when the server ended while it was being answered.
 */
export function expectAllStored({ speakers }: Pick<Storm, 'speakers'>): void {
  for (const { said, log } of speakers) {
    const lost = said.filter(({ how, outcome }) =>
      how === 'send' ? outcome !== 'stored' : outcome === 'not sent',
    );
    const lately = lost.length > 0 ? log.slice(-9) : [];
    expect({ lost: lost.slice(0, 9), lately }).toEqual({ lost: [], lately: [] });
  }
}

/** One turn at a time, of a server that finishes each: every message is followed by its reply. */
export function expectTurns(storm: Storm): void {
  const stored = linesOf(storm);
  const turns = stored.flatMap((line, index) =>
    index % 2 === 0 ? [[line, stored[index + 1]]] : [],
  );
  const expected = turns.map(([said]) => [said, said?.replace('user: ', 'assistant: re: ')]);
  expect(turns).toEqual(expected);
}

/** A server that is killed may leave a message without a reply, but gives none twice and none without a message. */
export function expectRepliesToMessages(storm: Storm): void {
  const open = new Map<string, number>();
  const wrong = linesOf(storm).filter((line) => {
    const [, role, content = ''] = /^(user|assistant: re): (.*)$/s.exec(line) ?? [];
    const left = (open.get(content) ?? 0) + (role === 'user' ? 1 : -1);
    open.set(content, left);
    return left < 0;
  });
  expect(wrong).toEqual([]);
}

/** Whoever was given an answer was given the one to the own question. */
export function expectOwnAnswers({ speakers }: Pick<Storm, 'speakers'>): void {
  const answered = speakers.flatMap(({ said }) =>
    said.filter(({ answer }) => answer !== undefined),
  );
  const wrong = answered.filter(({ content, answer }) => answer !== `re: ${content}`);
  expect(wrong).toEqual([]);
}

/** Reported as stored: stored. Reported as unknown: stored once or not at all. Nothing else is stored. */
function expectTruthfulOutcomes(storm: Storm): void {
  const stored = countOf(
    storm.stored.flatMap(({ role, content }) => (role === 'user' ? content : [])),
  );
  const confirmed = countOf(contentsOf(storm, 'stored'));
  const unknown = countOf(contentsOf(storm, 'unknown'));
  const wrong = [...new Set([...stored.keys(), ...confirmed.keys()])].filter((content) => {
    const least = confirmed.get(content) ?? 0;
    const count = stored.get(content) ?? 0;
    return count < least || count > least + (unknown.get(content) ?? 0);
  });
  expect(wrong).toEqual([]);
}

/** What one socket said, and was told is stored, is stored in the order in which it was said; else what is stored around it. */
function expectOrder({ speakers, stored }: Storm): void {
  const lines = stored.flatMap(({ role, content }) => (role === 'user' ? content : []));
  for (const { said, log } of speakers) {
    const rest = said.filter(({ how, outcome }) => how !== 'over REST' && outcome === 'stored');
    let place = 0;
    for (const [index, { content }] of rest.entries()) {
      const found = lines.indexOf(content, place);
      if (found !== -1) {
        place = found + 1;
        continue;
      }
      const around = (at: number) => lines.slice(Math.max(0, at - 5), at + 6);
      const near = log.filter((entry) => Math.abs(Number.parseInt(entry, 10) - 2 * place) < 200);
      const saidAround = rest.slice(Math.max(0, index - 3), index + 3).map((one) => one.content);
      const where = around(lines.indexOf(content));
      expect({ content, saidAround, before: around(place), where, near }).toBe(
        'stored in its order',
      );
    }
  }
}

function linesOf({ stored }: Storm): string[] {
  return stored.map(({ role, content }) => `${role}: ${content}`);
}

function contentsOf({ speakers }: Storm, outcome: Outcome): string[] {
  return speakers.flatMap(({ said }) =>
    said.flatMap((saying) => (saying.outcome === outcome ? saying.content : [])),
  );
}

function countOf(contents: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const content of contents) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}
