import type { Capability } from '../harness.js';
import type { Probe, ProbeResponse } from '../probe.js';

/** What a check needs to use {@link withHeldReply}. */
export const held: readonly Capability[] = ['held-assistant'];

interface HeldReply {
  /** Sends the first chunk of the reply. */
  begin(): void;
  /** Completes the reply, unless it was stopped. */
  finish(): Promise<ProbeResponse>;
}

/** Sends a message whose reply waits until `finish` is called, or `work` ends. */
export async function withHeldReply(
  probe: Probe,
  content: string,
  work: (reply: HeldReply) => Promise<void>,
): Promise<void> {
  const token = await probe.token();
  const assistant = probe.harness.holdAssistant?.();
  const response = probe.send(content, { token });
  const settled = response.then(
    () => {},
    () => {},
  );
  const finish = () => {
    assistant?.release();
    return response;
  };
  try {
    await assistant?.requested;
    await work({ begin: () => assistant?.begin?.(), finish });
  } finally {
    assistant?.release();
    await settled;
  }
}
