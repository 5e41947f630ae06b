import type { ServerFrame } from '@chat/contract';
import type { DeltaFrame } from '../messages/delta-event.js';
import type { FanOut } from '../ports/index.js';
import { GrowingText, type ReplyProgress } from './running-reply.js';

interface ReplyEvents {
  readonly fanOut: FanOut;
  readonly replies: {
    onDelta(userId: string, listener: (event: DeltaFrame) => void): () => void;
    requestText(userId: string): void;
  };
}

/** The text so far of a reply that another instance generates. */
class RemoteReply extends GrowingText {
  /** Returns false when deltas before this one are missing. */
  add({ frame, delta: { offset, length } }: DeltaFrame): boolean {
    const known = this.text.length;
    if (offset > known) return false;
    if (offset + length <= known) return true;
    const { content } = (JSON.parse(frame) as ServerFrame).data;
    this.append(content.slice(known - offset));
    return true;
  }
}

/**
 * Finds the reply of the turn with this key, when another instance generates it, and follows it.
 * @param onFound called again when another reply replaces it
 * @returns a function that ends it
 */
export function followRemoteReply(
  { fanOut, replies }: ReplyEvents,
  userId: string,
  key: string,
  onFound: (reply: ReplyProgress) => void,
): () => void {
  let found: RemoteReply | undefined;
  let stopped = false;
  const ignoreDeltas = replies.onDelta(userId, (event) => {
    const { id } = event.delta;
    if (event.delta.key === key && found?.id !== id) {
      found = new RemoteReply(id);
      found.add(event);
      onFound(found);
    } else if (found?.id === id && !found.add(event)) {
      replies.requestText(userId);
    }
  });
  const subscription = fanOut.remote?.subscribeUser(userId);
  void subscription?.ready.then(() => {
    if (!stopped) replies.requestText(userId);
  });
  return () => {
    stopped = true;
    ignoreDeltas();
    subscription?.stop();
  };
}
