import { routeSpecs } from '@chat/contract';
import { findUser, passwordMaxLength } from '../auth/find-user.js';
import { unauthorized } from '../errors.js';
import { type Handler, parseBody } from './handler.js';

export const login: Handler<'login'> = (context, request) => {
  const { username, password } = parseBody(routeSpecs.login.body, request.body);
  return async () => {
    const user = await findUser(context.store, username);
    const hash = user?.passwordHash ?? (await context.dummyHash);
    if (!(await matches(hash, password)) || user === undefined) {
      throw unauthorized('The username or the password is wrong.');
    }
    const accessToken = await context.authentication.issue(user);
    return { body: { access_token: accessToken, token_type: 'bearer' } };
  };

  /** In NFC, then as it was typed: an earlier version hashed passwords as they were typed. */
  async function matches(hash: string, typed: string): Promise<boolean> {
    if (typed.length > passwordMaxLength) return false;
    for (const form of new Set([typed.normalize('NFC'), typed])) {
      if (await context.hashQueue.verify(hash, form, request.signal)) return true;
    }
    return false;
  }
};
