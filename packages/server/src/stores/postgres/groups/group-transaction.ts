import { StoreUnavailableError } from '../../../domain/errors.js';
import type { RunStatement, UserWork, Write } from '../../sql/engine.js';
import type { Statements } from '../../sql/statements.js';
import { isUnsupported } from '../postgres-error.js';
import { readForGroup } from './group-reads.js';
import { createGroupWrites } from './group-writes.js';

/** A transaction of a user that somebody waits for. */
export interface PendingWork {
  readonly work: UserWork<unknown>;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export interface GroupDependencies {
  readonly statements: Statements;
  inTransaction<T>(
    work: (run: RunStatement, commit: () => Promise<void>) => Promise<T>,
  ): Promise<T>;
  /** Runs the transaction of one user. Resolves when it has ended, or waits for another one. */
  runAlone(pending: PendingWork): Promise<void>;
  /** Runs it when the user's row is free. */
  runWaiting(pending: PendingWork): void;
}

/**
 * Runs the transactions of several users as one transaction of the database, which costs little more than that of one user.
 * Each user's work is decided on its own: when it throws, nothing of it is written. When a statement fails, the whole group is
 * rolled back and each transaction runs alone.
 */
export function createGroupTransaction(dependencies: GroupDependencies) {
  const { inTransaction, runAlone, runWaiting, statements } = dependencies;
  const combine = createGroupWrites(statements);
  /** Whether the database supports statements for several users: one that is distributed by user may not. */
  let supported = true;

  /** Returns what to do for each user after the commit. */
  const runTogether = (group: readonly PendingWork[]) =>
    inTransaction(async (run, commit) => {
      const reads = await readForGroup(
        run,
        group.map(({ work }) => work),
      );
      const writes: (readonly Write[])[] = [];
      const outcomes = group.map((pending) => {
        const ofUser = reads.get(pending.work.userId);
        if (ofUser === undefined) return () => runWaiting(pending);
        try {
          const decided = pending.work.decide(ofUser);
          writes.push(decided.writes);
          return () => pending.resolve(decided.result);
        } catch (error) {
          return () => pending.reject(error);
        }
      });
      for (const { statement, args } of combine(writes)) void run(statement, args);
      await commit();
      return outcomes;
    });

  const runEachAlone = async (group: readonly PendingWork[]) => {
    await Promise.all(group.map(runAlone));
  };

  return async (group: readonly PendingWork[]): Promise<void> => {
    if (group.length === 1 || !supported) return runEachAlone(group);
    try {
      for (const settle of await runTogether(group)) settle();
    } catch (error) {
      if (isUnsupported(error)) supported = false;
      if (!(error instanceof StoreUnavailableError)) return runEachAlone(group);
      // Perhaps the database has committed.
      for (const { reject } of group) reject(error);
    }
  };
}
