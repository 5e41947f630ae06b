import type { Handler } from './handler.js';

export const logout: Handler<'logout'> = (context) => async (caller) => {
  await context.authentication.revoke(caller);
  await context.store.transaction(caller.userId, (tx) => {
    const { state } = tx;
    if (state.session === undefined || state.session.ended) return;
    tx.saveState({ ...state, session: { ...state.session, ended: true } });
  });
  return { body: { message: 'Successfully logged out' } };
};
