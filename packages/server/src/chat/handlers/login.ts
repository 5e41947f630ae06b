import { contentProblem, LoginRequest } from '@chat/contract';
import { unauthorized } from '../problem.js';
import { type Handler, readBody } from './handler.js';

/** Longer than any name that `addUser` takes. */
const nameMaxLength = 255;

export const login: Handler<'login'> = (house, request) => {
  const { username, password } = readBody(LoginRequest, request.body);
  return async () => {
    // A name that no store can hold is unknown without asking one.
    const isName = contentProblem(username, nameMaxLength) === undefined;
    const user = isName ? await house.store.userByName(username) : undefined;
    const hash = user?.passwordHash ?? (await house.dummyHash);
    const matches = await house.passwords.verify(hash, password);
    if (user === undefined || !matches) {
      throw unauthorized('The username or the password is wrong.');
    }
    const accessToken = await house.authentication.issue(user);
    return { body: { access_token: accessToken, token_type: 'bearer' } };
  };
};
