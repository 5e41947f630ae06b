import { userProblem } from '../chat/add-user.js';
import { demand } from './demand.js';

/** @throws TypeError when this is no list of users; no password is repeated. */
export function checkUsers(users: unknown, name: string): void {
  const expectation = 'a list of { username, password }, both strings';
  demand(Array.isArray(users), name, expectation);
  for (const user of users as ({ username?: unknown; password?: unknown } | null)[]) {
    const { username, password } = user ?? {};
    const named = typeof username === 'string' && typeof password === 'string';
    demand(named, name, expectation);
    const problem = userProblem({ username, password });
    if (problem !== undefined) throw new TypeError(`Option "${name}": ${problem}`);
  }
}
