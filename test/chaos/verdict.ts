import { expect } from 'vitest';
import type { Outcome } from './speaker.js';
import type { Storm } from './storm.js';

/** Holds of every storm over every backend. */
export function expectNothingLostNothingTwice(storm: Storm): void {
  const stored = storm.stored.map(({ role, content }) => `${role}: ${content}`);
  for (const { shown } of storm.speakers) expect(shown).toEqual(stored);
  expect(storm.faults).toEqual([]);
  expectTurns(stored);
  expectTruthfulOutcomes(storm);
  expectOrder(storm);
}

/** With acknowledgements every message is stored, and its sender knows. */
export function expectAllStored(storm: Storm): void {
  expect(contentsOf(storm, 'unknown')).toEqual([]);
  expect(contentsOf(storm, 'not sent')).toEqual([]);
}

/** One turn at a time: each message is followed by its reply. */
function expectTurns(stored: readonly string[]): void {
  const turns = stored.flatMap((line, index) =>
    index % 2 === 0 ? [[line, stored[index + 1]]] : [],
  );
  const expected = turns.map(([said]) => [said, said?.replace('user: ', 'assistant: re: ')]);
  expect(turns).toEqual(expected);
}

/** Reported as stored: stored. Reported as unknown: stored once or not at all. Nothing else is stored. */
function expectTruthfulOutcomes(storm: Storm): void {
  const stored = countOf(
    storm.stored.flatMap(({ role, content }) => (role === 'user' ? content : [])),
  );
  const confirmed = countOf([...contentsOf(storm, 'stored'), ...storm.framing]);
  const unknown = countOf(contentsOf(storm, 'unknown'));
  const wrong = [...new Set([...stored.keys(), ...confirmed.keys()])].filter((content) => {
    const least = confirmed.get(content) ?? 0;
    const count = stored.get(content) ?? 0;
    return count < least || count > least + (unknown.get(content) ?? 0);
  });
  expect(wrong).toEqual([]);
}

/** What one socket said, and was told is stored, is stored in the order in which it was said. */
function expectOrder({ speakers, stored }: Storm): void {
  for (const { said } of speakers) {
    const rest = said.filter(({ overRest, outcome }) => !overRest && outcome === 'stored');
    let next = 0;
    for (const { role, content } of stored) {
      if (role === 'user' && content === rest[next]?.content) next += 1;
    }
    expect(rest.slice(next)).toEqual([]);
  }
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
