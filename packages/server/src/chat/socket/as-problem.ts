import { Problem, unavailable } from '../problem.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** What a peer may be told of an error; `undefined` for a fault of ours that nobody foresaw. */
export function asProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof StoreUnavailableError)) return undefined;
  return unavailable('The server cannot store anything right now: try again later.');
}
