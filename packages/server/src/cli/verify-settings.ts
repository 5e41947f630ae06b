import { credentials, integer, word, yesOrNo } from './readers.js';
import { type Setting, settings } from './settings.js';

const defaultPatienceMs = 30_000;

/** What `verify` can be told; the backend's figures have the names that they have for our own. */
export const verifySettings = {
  user: {
    flag: 'user',
    value: 'name:password',
    variable: 'CHAT_VERIFY_USER',
    text: 'the user to check with; messages of this user are all that is left behind',
    read: credentials,
    secret: true,
  } satisfies Setting<{ username: string; password: string }>,
  core: {
    flag: 'core',
    variable: 'CHAT_VERIFY_CORE',
    text: 'leave the extensions out',
    read: yesOrNo,
    default: false,
  } satisfies Setting<boolean>,
  json: {
    flag: 'json',
    variable: 'CHAT_VERIFY_JSON',
    text: 'print one JSON document at the end, for machines',
    read: yesOrNo,
    default: false,
  } satisfies Setting<boolean>,
  only: {
    flag: 'only',
    value: 'rule',
    variable: 'CHAT_VERIFY_ONLY',
    text: 'check this rule alone, such as HIST-3',
    read: word,
    repeatable: true,
  } as const satisfies Setting<string>,
  patienceMs: {
    flag: 'patience-ms',
    value: 'ms',
    variable: 'CHAT_VERIFY_PATIENCE_MS',
    text: 'how long one answer or frame may take',
    read: integer(1),
    default: defaultPatienceMs,
  } satisfies Setting<number>,
  loginsPerWindow: settings.loginsPerWindow,
  messagesPerWindow: settings.messagesPerWindow,
  windowMs: settings.windowMs,
  socketsPerUser: settings.socketsPerUser,
  contentMaxLength: settings.contentMaxLength,
};
