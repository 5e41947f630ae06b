import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { unique } from './expectations.js';

export const newSessionChecks: readonly Check[] = [
  {
    id: 'NEW-1',
    extension: 'new-session',
    rule: 'POST /chat/sessions ends the current session; the next message belongs to the new one.',
    async run(probe) {
      const before = messagesOf(await probe.send(unique('In the earlier session'))).at(-1);
      const response = await probe.call('newSession', { token: await probe.token() });
      probe.expectStatus(response, 200);
      const session = response.json?.session as Record<string, unknown> | undefined;
      probe.expect(typeof session?.id === 'string', 'the response needs a "session" with an "id"');
      probe.expect(session?.id !== before?.sessionId, 'the session must be a new one');
      probe.expectEqual(session?.messageCount, 0, '"messageCount"');
      const content = unique('In the new session');
      const messages = messagesOf(await probe.send(content));
      probe.expectEqual(messages.length, 2, 'the number of its messages');
      probe.expectEqual(messages[0]?.sessionId, session?.id, 'the session of the message');
    },
  },
];
