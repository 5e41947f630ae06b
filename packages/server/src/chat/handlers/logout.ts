import type { Handler } from './handler.js';

export const logout: Handler<'logout'> = (house) => async (caller) => {
  await house.authentication.revoke(caller);
  await house.store.transaction(caller.userId, (tx) => {
    const { state } = tx;
    if (state.session === undefined || state.session.ended) return;
    tx.saveState({ ...state, session: { ...state.session, ended: true } });
  });
  return { body: { message: 'Successfully logged out' } };
};
