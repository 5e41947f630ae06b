import type { ChatClient, ChatSession, ChatStats, MessageStats } from '@chat/client';
import { useEffect, useState } from 'react';

/** What comes in one go is counted in one go. */
const restMs = 400;

export interface Figures {
  chat: ChatStats;
  messages: MessageStats;
  /** Newest first. */
  sessions: readonly ChatSession[];
}

/** Statistics and sessions, read again a moment after each new `version`; old ones stay while there is no line. */
export function useFigures(client: ChatClient, version: string): Figures | undefined {
  const [figures, setFigures] = useState<Figures>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says when to read anew.
  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    const read = async () => {
      const [chat, messages, page] = await Promise.all([
        client.stats.chat({ signal }),
        client.stats.messages({ signal }),
        client.chat.sessions({ pageSize: 8, signal }),
      ]);
      setFigures({ chat, messages, sessions: page.sessions });
    };
    const timer = setTimeout(() => void read().catch(() => {}), restMs);
    return () => {
      clearTimeout(timer);
      over.abort();
    };
  }, [client, version]);
  return figures;
}
