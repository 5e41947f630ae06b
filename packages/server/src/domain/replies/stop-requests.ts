import type { ChatApiDependencies } from '../api.js';
import type { FanOutEvent } from '../ports/index.js';

/** How long another instance may take to accept a stop over the fan-out. */
const acceptanceMs = 1_500;
/** How long it may then take to store the result. */
const resultMs = 10_000;
/** How long it may take over the store. */
const storeConfirmationMs = 3_000;
/** How often the result of a request in the store is read. */
const confirmationPollMs = 300;
/** How often the store is read during a reply while the fan-out is not connected. */
const disconnectedPollMs = 1_000;
/** Otherwise: the instance that received the request may have lost its connection. */
const connectedPollMs = 15_000;

type Dependencies = Pick<
  ChatApiDependencies,
  'clock' | 'fanOut' | 'idGenerator' | 'logger' | 'store'
>;

/** Stops replies of other instances: over the fan-out, and through the store while instances cannot reach each other. */
export interface StopRequests {
  /** Requests the stop from the other instances. Resolves with whether one of them stopped a reply. */
  send(userId: string, messageId: string | undefined): Promise<boolean>;
  /** Reads requests from the store while this instance generates a reply. Returns a function that ends it. */
  watch(userId: string, known: string | undefined): () => void;
  onEvent(userId: string, event: FanOutEvent): void;
}

/** @param stopHere stops a reply of this instance; `undefined` when there is none */
export function createStopRequests(
  { clock, fanOut, idGenerator, logger, store }: Dependencies,
  stopHere: (userId: string, messageId: string | undefined) => Promise<boolean> | undefined,
): StopRequests {
  const { remote } = fanOut;
  /** The requests that wait for their confirmation, by their ids. */
  const waiting = new Map<string, { accept(): void; finish(stopped: boolean): void }>();
  /** A user who requests the same stop repeatedly sends one request. */
  const sending = new Map<string, Promise<boolean>>();

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));

  const sendOverFanOut = (userId: string, requestId: string, messageId: string | undefined) =>
    new Promise<boolean | undefined>((resolve) => {
      const finish = (stopped: boolean | undefined): void => {
        cancel();
        waiting.delete(requestId);
        resolve(stopped);
      };
      let cancel = clock.after(acceptanceMs, () => finish(undefined));
      const accept = (): void => {
        cancel();
        cancel = clock.after(resultMs, () => finish(undefined));
      };
      waiting.set(requestId, { accept, finish });
      fanOut.publish(userId, {
        kind: 'stop',
        requestId,
        ...(messageId !== undefined && { messageId }),
      });
    });

  /** Whether the newest message is a question without a reply. */
  const isReplyPending = async (userId: string): Promise<boolean> => {
    const { lastSeq } = await store.position(userId);
    const [newest] = await store.messages(userId, { from: lastSeq, to: lastSeq });
    return newest?.role === 'user';
  };

  const sendOverStore = async (
    userId: string,
    requestId: string,
    messageId: string | undefined,
  ): Promise<boolean> => {
    const stopRequest = formatRequest(requestId, messageId);
    await store.transaction(userId, (tx) => tx.saveState({ ...tx.state, stopRequest }));
    for (let waitedMs = 0; waitedMs < storeConfirmationMs; waitedMs += confirmationPollMs) {
      await wait(confirmationPollMs);
      // The transaction that stores the stopped reply removes the request.
      if ((await store.state(userId)).stopRequest !== stopRequest) return true;
    }
    return false;
  };

  const send = async (userId: string, messageId: string | undefined): Promise<boolean> => {
    const requestId = idGenerator.next();
    if (remote?.isConnected()) {
      const stopped = await sendOverFanOut(userId, requestId, messageId);
      if (stopped !== undefined) return stopped;
      // Nobody generates a reply, or that instance has lost its connection.
      if (!(await isReplyPending(userId))) return false;
    }
    return sendOverStore(userId, requestId, messageId);
  };

  const readStore = async (userId: string, known: string | undefined): Promise<void> => {
    try {
      const { stopRequest } = await store.state(userId);
      if (stopRequest === undefined || stopRequest === known) return;
      void stopHere(userId, parseRequest(stopRequest));
    } catch (err) {
      logger.warn({ userId, err }, 'Requests to stop a reply could not be read.');
    }
  };

  return {
    async send(userId, messageId) {
      if (remote === undefined) return false;
      const name = JSON.stringify([userId, messageId]);
      const request = sending.get(name) ?? send(userId, messageId);
      sending.set(name, request);
      try {
        return await request;
      } finally {
        sending.delete(name);
      }
    },
    watch(userId, known) {
      if (remote === undefined) return () => {};
      let sinceLastMs = 0;
      let cancel = (): void => {};
      const schedule = (): void => {
        cancel = clock.after(disconnectedPollMs, () => {
          sinceLastMs += disconnectedPollMs;
          schedule();
          if (remote.isConnected() && sinceLastMs < connectedPollMs) return;
          sinceLastMs = 0;
          void readStore(userId, known);
        });
      };
      schedule();
      return () => cancel();
    },
    onEvent(userId, event) {
      if (event.kind === 'stop') {
        const { requestId } = event;
        const result = stopHere(userId, event.messageId);
        if (result === undefined) return;
        fanOut.publish(userId, { kind: 'stop-accepted', requestId });
        void result.then((stopped) =>
          fanOut.publish(userId, { kind: 'stop-result', requestId, stopped }),
        );
      } else if (event.kind === 'stop-accepted') {
        waiting.get(event.requestId)?.accept();
      } else if (event.kind === 'stop-result') {
        waiting.get(event.requestId)?.finish(event.stopped);
      }
    },
  };
}

function formatRequest(requestId: string, messageId: string | undefined): string {
  return messageId === undefined ? requestId : `${requestId} ${messageId}`;
}

function parseRequest(stopRequest: string): string | undefined {
  return stopRequest.split(' ')[1];
}
