/** A setting is invalid. The message is for the user and never contains a secret. Exit code 2. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

/** A valid command failed. The message is for the user. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
