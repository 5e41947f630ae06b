import { expect } from 'vitest';
import type { ChaosResult } from './chaos-run.js';
import type { Outcome } from './load-client.js';

/** What every run must fulfil, with every backend. */
export function expectExactlyOnce(result: ChaosResult): void {
  const stored = storedLines(result);
  for (const client of result.clients) expectReceived(client, stored);
  expect(result.storeErrors).toEqual([]);
  expectCorrectOutcomes(result);
  expectOrder(result);
}

/** Every stored message was received once, in order. A failure shows the client's log around the first difference. */
function expectReceived(
  { received, log }: ChaosResult['clients'][number],
  stored: readonly string[],
): void {
  const position = stored.findIndex((line, index) => received[index] !== line);
  if (position === -1 && received.length === stored.length) return;
  const nearbyLog = log.filter((entry) => Math.abs(Number.parseInt(entry, 10) - position) < 50);
  const part = (lines: readonly string[]) => lines.slice(Math.max(0, position - 3), position + 8);
  expect({ received: part(received), nearbyLog }).toEqual({
    received: part(stored),
    nearbyLog: [],
  });
  expect(received.length).toBe(stored.length);
}

/**
 * With acknowledgements every message sent on a socket is stored, and the client knows it. A REST call has a
 * timeout: on a busy machine its outcome may be unknown. So may that of an `ask` when the server stopped
 * before it replied.
 */
export function expectAllStored({ clients }: Pick<ChaosResult, 'clients'>): void {
  for (const { sent, log } of clients) {
    const lost = sent.filter(({ via, outcome }) =>
      via === 'send' ? outcome !== 'stored' : outcome === 'not sent',
    );
    const recentLog = lost.length > 0 ? log.slice(-9) : [];
    expect({ lost: lost.slice(0, 9), recentLog }).toEqual({ lost: [], recentLog: [] });
  }
}

/** A server that is not killed completes every turn: each message is followed by its reply. */
export function expectTurns(result: ChaosResult): void {
  const stored = storedLines(result);
  const turns = stored.flatMap((line, index) =>
    index % 2 === 0 ? [[line, stored[index + 1]]] : [],
  );
  const expected = turns.map(([message]) => [
    message,
    message?.replace('user: ', 'assistant: re: '),
  ]);
  expect(turns).toEqual(expected);
}

/** A killed server may leave a message without a reply, but it sends no reply twice and none without a message. */
export function expectRepliesToMessages(result: ChaosResult): void {
  const open = new Map<string, number>();
  const wrong = storedLines(result).filter((line) => {
    const [, role, content = ''] = /^(user|assistant: re): (.*)$/s.exec(line) ?? [];
    const left = (open.get(content) ?? 0) + (role === 'user' ? 1 : -1);
    open.set(content, left);
    return left < 0;
  });
  expect(wrong).toEqual([]);
}

/** Every reply belongs to the message it was returned for. */
export function expectMatchingReplies({ clients }: Pick<ChaosResult, 'clients'>): void {
  const answered = clients.flatMap(({ sent }) => sent.filter(({ reply }) => reply !== undefined));
  const wrong = answered.filter(({ content, reply }) => reply !== `re: ${content}`);
  expect(wrong).toEqual([]);
}

/** Reported as stored: stored once. Reported as unknown: stored once or not at all. Nothing else is stored. */
function expectCorrectOutcomes(result: ChaosResult): void {
  const stored = countOf(
    result.stored.flatMap(({ role, content }) => (role === 'user' ? content : [])),
  );
  const confirmed = countOf(contentsOf(result, 'stored'));
  const unknown = countOf(contentsOf(result, 'unknown'));
  const wrong = [...new Set([...stored.keys(), ...confirmed.keys()])].filter((content) => {
    const least = confirmed.get(content) ?? 0;
    const count = stored.get(content) ?? 0;
    return count < least || count > least + (unknown.get(content) ?? 0);
  });
  expect(wrong).toEqual([]);
}

/** The messages that a socket reported as stored are stored in the order in which they were sent. A failure shows the context. */
function expectOrder({ clients, stored }: ChaosResult): void {
  const lines = stored.flatMap(({ role, content }) => (role === 'user' ? content : []));
  for (const { sent, log } of clients) {
    const rest = sent.filter(({ via, outcome }) => via !== 'over REST' && outcome === 'stored');
    let position = 0;
    for (const [index, { content }] of rest.entries()) {
      const found = lines.indexOf(content, position);
      if (found !== -1) {
        position = found + 1;
        continue;
      }
      const around = (at: number) => lines.slice(Math.max(0, at - 5), at + 6);
      const nearbyLog = log.filter(
        (entry) => Math.abs(Number.parseInt(entry, 10) - 2 * position) < 200,
      );
      const sentAround = rest.slice(Math.max(0, index - 3), index + 3).map((one) => one.content);
      const where = around(lines.indexOf(content));
      expect({ content, sentAround, before: around(position), where, nearbyLog }).toBe(
        'stored in order',
      );
    }
  }
}

function storedLines({ stored }: ChaosResult): string[] {
  return stored.map(({ role, content }) => `${role}: ${content}`);
}

function contentsOf({ clients }: ChaosResult, outcome: Outcome): string[] {
  return clients.flatMap(({ sent }) =>
    sent.flatMap((message) => (message.outcome === outcome ? message.content : [])),
  );
}

function countOf(contents: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const content of contents) counts.set(content, (counts.get(content) ?? 0) + 1);
  return counts;
}
