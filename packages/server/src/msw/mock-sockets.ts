/** A live socket as the mock's own controls see it. */
export interface MockLine {
  close(code: number, reason: string): void;
  isOpen(): boolean;
}

/** A live socket, for a test to look at or to close. */
export interface MockSocket {
  readonly username: string;
  /** Closes this socket with a close frame. */
  close(code?: number, reason?: string): void;
}

/** The sockets of one mock. */
export class MockSockets {
  readonly #lines = new Map<MockLine, string>();

  add(token: string, line: MockLine): void {
    this.#lines.set(line, token);
  }

  /** The live ones, oldest first. */
  live(): { token: string; line: MockLine }[] {
    for (const line of this.#lines.keys()) if (!line.isOpen()) this.#lines.delete(line);
    return [...this.#lines].map(([line, token]) => ({ line, token }));
  }

  closeAll(code: number, reason: string): void {
    for (const { line } of this.live()) line.close(code, reason);
  }
}

/** Whom a token that was let in names: it was checked already. */
export function subjectOf(token: string): string {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  try {
    return String((JSON.parse(atob(payload)) as { sub?: unknown }).sub);
  } catch {
    return '';
  }
}
