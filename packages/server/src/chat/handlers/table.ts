import type { RouteName } from '@chat/contract';
import { feedback } from './feedback.js';
import type { Handler } from './handler.js';
import { history } from './history.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { sendMessage } from './send-message.js';
import { sessions } from './sessions.js';
import { chatStats, messageStats } from './stats.js';

/** What answers each route of the contract. */
export const handlers: { readonly [Name in RouteName]: Handler<Name> } = {
  login,
  logout,
  sendMessage,
  history,
  sessions,
  feedback,
  chatStats,
  messageStats,
};
