import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, expect, vi } from 'vitest';

/** What is let go takes a moment to go: a goodbye is answered, a line is closed. */
const patienceMs = 20_000;
const lookEveryMs = 20;

/**
 * Declares for a whole file that its tests leave nothing that would keep a process alive (timers,
 * sockets, servers), and no listener on the window and the document that it gives them.
 */
export function leaveNothingBehind(): void {
  const window = new CountingTarget();
  const document = Object.assign(new CountingTarget(), { visibilityState: 'visible' });
  // A page has as many listeners as sockets; a suite may have a thousand of them.
  setMaxListeners(0, window, document);
  let before: readonly string[] = [];

  beforeAll(() => {
    // Without timers: the one that Vitest has at that moment runs out, and would hide one of ours.
    before = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
    vi.stubGlobal('document', document);
  });

  afterAll(async () => {
    const givenUpAt = performance.now() + patienceMs;
    let left = leftSince(before);
    while (left.length > 0 && performance.now() < givenUpAt) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      left = leftSince(before);
    }
    vi.unstubAllGlobals();
    expect({ left, ofTheWindow: window.listening, ofTheDocument: document.listening }).toEqual({
      left: [],
      ofTheWindow: [],
      ofTheDocument: [],
    });
  }, 2 * patienceMs);
}

/** What keeps the process alive and did not at the beginning, by the names that Node gives it. */
function leftSince(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const place = known.indexOf(name);
    if (place !== -1) known.splice(place, 1);
    return place === -1;
  });
}

/** Knows who listens to it, and to what. */
class CountingTarget extends EventTarget {
  readonly #listeners = new Map<string, Set<unknown>>();

  get listening(): string[] {
    return [...this.#listeners].flatMap(([type, { size }]) => Array(size).fill(type));
  }

  override addEventListener(type: string, listener: EventListener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListener): void {
    this.#listeners.get(type)?.delete(listener);
    super.removeEventListener(type, listener);
  }
}
