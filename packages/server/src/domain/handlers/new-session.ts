import { serializeSession } from '../messages/serialize.js';
import type { Handler } from './handler.js';

export const newSession: Handler<'newSession'> =
  (context) =>
  async ({ userId }) => ({
    body: { session: serializeSession(await context.engine.newSession(userId)) },
  });
