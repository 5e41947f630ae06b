/** A socket, for the control methods of the mock. */
export interface MockConnection {
  readonly token: string;
  /** Whether the server has accepted it, and neither side has closed it. */
  isOpen(): boolean;
  close(code: number, reason: string): void;
  /** Drops the connection without a close frame. */
  drop(): void;
}

/**
 * An open socket, to inspect or close in a test.
 *
 * @example
 * ```ts
 * import type { MockSocket } from '@chat/server/msw';
 *
 * // Two tabs: close the socket of the older one.
 * const [older]: MockSocket[] = mock.sockets('ada');
 * older?.close(4429, 'Too many sockets.');
 * ```
 */
export interface MockSocket {
  /** The user of the socket. */
  readonly username: string;
  /**
   * Closes this socket with a close frame.
   * @param code 1000 by default
   * @param reason at most 123 bytes; empty by default
   * @throws RangeError when a close frame cannot carry the code or reason.
   */
  close(code?: number, reason?: string): void;
}

/** The sockets of one mock, including those that are connecting; oldest first. */
export class MockSockets {
  readonly #connections = new Set<MockConnection>();
  readonly #ids = new WeakMap<MockConnection, number>();
  #lastId = 0;

  add(connection: MockConnection): void {
    this.#connections.add(connection);
    this.#lastId += 1;
    this.#ids.set(connection, this.#lastId);
  }

  /** Identifies a socket of this mock; 0 for another one. */
  idOf(connection: MockConnection): number {
    return this.#ids.get(connection) ?? 0;
  }

  delete(connection: MockConnection): void {
    this.#connections.delete(connection);
  }

  listOpen(): MockConnection[] {
    return [...this.#connections].filter((connection) => connection.isOpen());
  }

  closeAll(code: number, reason: string): void {
    for (const connection of [...this.#connections]) connection.close(code, reason);
  }

  dropAll(): void {
    for (const connection of [...this.#connections]) connection.drop();
  }
}

/** The subject of a token, without verification. */
export function tokenSubject(token: string): string {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    return String((JSON.parse(atob(payload)) as { sub?: unknown }).sub);
  } catch {
    return '';
  }
}
