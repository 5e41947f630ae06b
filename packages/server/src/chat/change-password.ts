import { userProblem } from './add-user.js';
import type { ChatApiDependencies } from './api.js';
import { Problem } from './problem.js';
import { passwordMark } from './token-id.js';

/** Longer than any token lives. */
const tenYearsMs = 315_576_000_000;

/**
 * Gives a user another password and ends all tokens that were got with the old one. False when there is
 * no such user.
 * @throws {@link Problem} 400 when the password is empty.
 */
export async function changePassword(
  { clock, passwords, store }: ChatApiDependencies,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<boolean> {
  const problem = userProblem({ username, password });
  if (problem !== undefined) throw new Problem(400, problem);
  const user = await store.userByName(username);
  if (user === undefined) return false;
  if (!(await store.setPassword(username, await passwords.hash(password)))) return false;
  // Only now: who logs in with the old one in between gets a token that ends here too.
  await store.revokeToken(await passwordMark(user.passwordHash), clock.now() + tenYearsMs);
  return true;
}
