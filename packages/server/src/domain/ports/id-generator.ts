/** Creates unique ids, ordered by time so that a database index grows at its end. */
export interface IdGenerator {
  next(): string;
}
