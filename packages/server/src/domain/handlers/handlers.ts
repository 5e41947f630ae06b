import type { RouteName } from '@chat/contract';
import { feedback } from './feedback.js';
import type { Handler } from './handler.js';
import { history } from './history.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { newSession } from './new-session.js';
import { regenerate } from './regenerate.js';
import { sendMessage } from './send-message.js';
import { sessions } from './sessions.js';
import { chatStats, messageStats } from './stats.js';
import { stop } from './stop.js';

/** The handler of each route. */
export const handlers: { readonly [Name in RouteName]: Handler<Name> } = {
  login,
  logout,
  sendMessage,
  history,
  stop,
  regenerate,
  newSession,
  sessions,
  feedback,
  chatStats,
  messageStats,
};
