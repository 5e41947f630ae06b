/** A setting that cannot be used; the sentence is what the user sees. Never shows a secret. */
export class SettingError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'SettingError';
  }
}
