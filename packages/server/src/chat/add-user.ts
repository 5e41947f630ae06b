import { contentProblem } from '@chat/contract';
import type { ChatApiDependencies } from './api.js';
import { Problem } from './problem.js';

const usernameMaxLength = 255;

interface NewUser {
  readonly username: string;
  readonly password: string;
}

/** What keeps this from being a user, as a sentence; `undefined` when nothing does. */
export function userProblem({ username, password }: NewUser): string | undefined {
  const problem = contentProblem(username, usernameMaxLength);
  if (problem !== undefined) return `A username ${problem}`;
  return password === '' ? 'A password must not be empty.' : undefined;
}

/**
 * False when the name is taken.
 * @throws {@link Problem} 400 when the name cannot be one, or the password is empty.
 */
export async function addUser(
  { identifiers, passwords, store }: ChatApiDependencies,
  { username, password }: NewUser,
): Promise<boolean> {
  const problem = userProblem({ username, password });
  if (problem !== undefined) throw new Problem(400, problem);
  const passwordHash = await passwords.hash(password);
  return store.addUser({ id: identifiers.next(), username, passwordHash });
}
