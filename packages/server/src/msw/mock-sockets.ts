/** A socket as the mock's own controls see it. */
export interface MockLine {
  readonly token: string;
  /** Whether the server has let it in, and neither side has ended it. */
  isLive(): boolean;
  close(code: number, reason: string): void;
  /** Ends it without a close frame. */
  drop(): void;
}

/**
 * A live socket, for a test to look at or to close.
 *
 * @example
 * ```ts
 * import type { MockSocket } from '@chat/server/msw';
 *
 * // Two tabs; the older one is thrown out.
 * const [older]: MockSocket[] = mock.sockets('ada');
 * older?.close(4429, 'Too many sockets.');
 * ```
 */
export interface MockSocket {
  /** Whose it is. */
  readonly username: string;
  /**
   * Closes this socket with a close frame.
   * @param code 1000 by default
   * @throws RangeError when no close frame could say so.
   */
  close(code?: number, reason?: string): void;
}

/** The sockets of one mock, those on their way in among them; oldest first. */
export class MockSockets {
  readonly #lines = new Set<MockLine>();

  add(line: MockLine): void {
    this.#lines.add(line);
  }

  delete(line: MockLine): void {
    this.#lines.delete(line);
  }

  live(): MockLine[] {
    return [...this.#lines].filter((line) => line.isLive());
  }

  closeAll(code: number, reason: string): void {
    for (const line of [...this.#lines]) line.close(code, reason);
  }

  dropAll(): void {
    for (const line of [...this.#lines]) line.drop();
  }
}

/** Whom a token names. */
export function subjectOf(token: string): string {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    return String((JSON.parse(atob(payload)) as { sub?: unknown }).sub);
  } catch {
    return '';
  }
}
