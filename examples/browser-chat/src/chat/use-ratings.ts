import type { ChatClient } from '@chat/client';
import { useState } from 'react';

/** The ratings given on this page, by message id; a second rating replaces the first. */
export function useRatings(client: ChatClient) {
  const [ratings, setRatings] = useState<ReadonlyMap<string, boolean>>(new Map());
  const rate = async (id: string, satisfied: boolean) => {
    const previous = ratings.get(id);
    const set = (value: boolean | undefined) =>
      setRatings((all) => {
        const next = new Map(all);
        if (value === undefined) next.delete(id);
        else next.set(id, value);
        return next;
      });
    set(satisfied);
    try {
      await client.chat.rate(id, satisfied);
    } catch {
      set(previous);
    }
  };
  return [ratings, rate] as const;
}
