import type { ChatClient, ChatSession, ChatStats, MessageStats } from '@chat/client';
import { useEffect, useState } from 'react';

/** Several changes within this time cause one reload. */
const debounceMs = 400;

export interface Stats {
  chat: ChatStats;
  messages: MessageStats;
  /** Newest first. */
  sessions: readonly ChatSession[];
}

/** Statistics and sessions, reloaded after each change of `version`. If loading fails, the previous values stay. */
export function useStats(client: ChatClient, version: string): Stats | undefined {
  const [stats, setStats] = useState<Stats>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new `version` triggers a reload.
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const load = async () => {
      const [chat, messages, page] = await Promise.all([
        client.stats.chat({ signal }),
        client.stats.messages({ signal }),
        client.chat.sessions({ pageSize: 8, signal }),
      ]);
      setStats({ chat, messages, sessions: page.sessions });
    };
    const timer = setTimeout(() => void load().catch(() => {}), debounceMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [client, version]);
  return stats;
}
