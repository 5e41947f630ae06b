import { setMaxListeners } from 'node:events';
import { afterAll, beforeAll, expect, vi } from 'vitest';

/** Closing takes a moment: close frames are answered, connections end. */
const timeoutMs = 20_000;
const pollMs = 20;

/**
 * Makes a test file fail when its tests leave resources that keep a process alive (timers, sockets, servers) or
 * listeners on the fake window and document that it provides.
 */
export function expectNoLeaks(): void {
  const window = new CountingTarget();
  const document = Object.assign(new CountingTarget(), { visibilityState: 'visible' });
  // Each socket adds a listener, and a suite may open a thousand sockets.
  setMaxListeners(0, window, document);
  let before: readonly string[] = [];

  beforeAll(() => {
    // Without timers: Vitest's own timer ends later, and would then hide one of the tests.
    before = process.getActiveResourcesInfo().filter((name) => name !== 'Timeout');
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
    vi.stubGlobal('document', document);
  });

  afterAll(async () => {
    const deadline = performance.now() + timeoutMs;
    let leaks = addedSince(before);
    while (leaks.length > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      leaks = addedSince(before);
    }
    vi.unstubAllGlobals();
    expect({
      leaks,
      windowListeners: window.listeners,
      documentListeners: document.listeners,
    }).toEqual({
      leaks: [],
      windowListeners: [],
      documentListeners: [],
    });
  }, 2 * timeoutMs);
}

/** The types of active resources that were not active at the beginning. */
function addedSince(before: readonly string[]): string[] {
  const known = [...before];
  return process.getActiveResourcesInfo().filter((name) => {
    const index = known.indexOf(name);
    if (index !== -1) known.splice(index, 1);
    return index === -1;
  });
}

/** An event target that knows the types of its listeners. */
class CountingTarget extends EventTarget {
  readonly #listeners = new Map<string, Set<unknown>>();

  get listeners(): string[] {
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
