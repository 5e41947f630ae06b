/** A command that was understood and could not be done; the sentence is what the user sees. */
export class CommandError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'CommandError';
  }
}
