import type { ChatSession } from '@chat/client';
import type { UseChat } from '@chat/client/react';
import { useState } from 'react';

export type ReplyActions = ReturnType<typeof useReplyActions>;

/** Starts a new chat and requests another reply, with the last failure of these. */
export function useReplyActions({ newSession, regenerate }: UseChat) {
  const [session, setSession] = useState<ChatSession>();
  const [failure, setFailure] = useState<string>();
  const run = async (action: Promise<unknown>) => {
    setFailure(undefined);
    try {
      await action;
    } catch (error) {
      setFailure(String(error instanceof Error ? error.message : error));
    }
  };
  return {
    /** The session that was started here last. */
    session,
    failure,
    start: () => void run(newSession().then(setSession)),
    regenerate: (id: string) => void run(regenerate(id)),
  };
}
