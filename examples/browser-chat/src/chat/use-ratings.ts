import type { ChatClient } from '@chat/client';
import { useState } from 'react';

/** What was rated on this page, by message; a second rating replaces the first. */
export function useRatings(client: ChatClient) {
  const [ratings, setRatings] = useState<ReadonlyMap<string, boolean>>(new Map());
  const rate = async (id: string, satisfied: boolean) => {
    const before = ratings.get(id);
    const put = (value: boolean | undefined) =>
      setRatings((all) => {
        const next = new Map(all);
        if (value === undefined) next.delete(id);
        else next.set(id, value);
        return next;
      });
    put(satisfied);
    try {
      await client.chat.rate(id, satisfied);
    } catch {
      put(before);
    }
  };
  return [ratings, rate] as const;
}
