import { contentProblem } from '@chat/contract';
import type { ChatApiDependencies } from './api.js';
import { Problem } from './problem.js';

const usernameMaxLength = 255;

/**
 * False when the name is taken.
 * @throws {@link Problem} 400 when the name cannot be one, or the password is empty.
 */
export async function addUser(
  { identifiers, passwords, store }: ChatApiDependencies,
  { username, password }: { username: string; password: string },
): Promise<boolean> {
  const problem = contentProblem(username, usernameMaxLength);
  if (problem !== undefined) throw new Problem(400, `A username ${problem}`);
  if (password === '') throw new Problem(400, 'A password must not be empty.');
  const passwordHash = await passwords.hash(password);
  return store.addUser({ id: identifiers.next(), username, passwordHash });
}
