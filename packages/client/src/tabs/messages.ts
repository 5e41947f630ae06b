/** From the tabs to the leader, which owns the connection. `from`: the id of a socket in a tab. */
export type MessageToLeader =
  /**
   * A socket wants to use the connection. `isReplacement`: its tab doubts that the current connection is alive;
   * `networkChanged`: for a good reason.
   */
  | {
      readonly type: 'attach';
      readonly from: string;
      readonly isReplacement: boolean;
      readonly networkChanged: boolean;
    }
  | { readonly type: 'detach'; readonly from: string }
  | {
      readonly type: 'send';
      readonly from: string;
      readonly connection: string;
      readonly text: string;
    }
  /** Is there a leader that responds? */
  | { readonly type: 'ping' };

/** From the leader to the sockets of all tabs. */
export type MessageFromLeader =
  /** There is a leader, with this connection once it is open. Sockets on another connection are outdated. */
  | { readonly type: 'alive'; readonly connection: string | undefined }
  | { readonly type: 'opened'; readonly connection: string; readonly to: string }
  | {
      readonly type: 'frame';
      readonly connection: string;
      readonly text: string;
      /** Only for this socket. */
      readonly to?: string | undefined;
      /** For all sockets but this one. */
      readonly except?: string | undefined;
    }
  | {
      readonly type: 'closed';
      readonly to: readonly string[];
      readonly code: number;
      readonly reason: string;
    };

export type TabMessage = MessageToLeader | MessageFromLeader;
