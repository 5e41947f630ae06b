import { origin } from '../../options/schemas.js';
import { list, optional, setting, withPrefix, withSecret } from './define-setting.js';
import { boolean, credentials, integer, nonEmpty } from './schemas.js';
import { settings } from './settings.js';

const positive = integer(1);

/** The limits of the API document. Other commands than `start` have them too, with the same names. */
const documentLimits = {
  loginsPerWindow: settings.loginsPerWindow,
  messagesPerWindow: settings.messagesPerWindow,
  windowMs: settings.windowMs,
  socketsPerUser: settings.socketsPerUser,
  contentMaxLength: settings.contentMaxLength,
};

const listenSettings = (port: number) => ({
  port: setting('port <n>', 'port to listen on; 0 selects a free port', integer(0, 65_535), port),
  host: setting('host <address>', 'address to listen on; 0.0.0.0 means all', nonEmpty, '127.0.0.1'),
});

/** The settings of `verify`. The limits are those of the backend. */
export const verifySettings = {
  ...withPrefix('CHAT_VERIFY_', {
    users: withSecret(
      list(
        'user <name:password>',
        'user for the checks, which create messages; a second user tests that users are isolated',
        credentials,
      ),
    ),
    secret: withSecret(
      optional(
        'secret <text>',
        'key with which the backend signs tokens; the checks then test expired tokens without waiting',
        nonEmpty,
      ),
    ),
    core: setting('core', 'skip the extensions', boolean, false),
    json: setting('json', 'print one JSON document at the end', boolean, false),
    only: list('only <rule>', 'check only this rule, such as HIST-3', nonEmpty),
    timeoutMs: setting('timeout-ms <ms>', 'timeout of a response or frame', positive, 30_000),
  }),
  ...documentLimits,
};

/** The settings of `mock`. */
export const mockSettings = {
  ...withPrefix('CHAT_MOCK_', {
    ...listenSettings(4000),
    users: withSecret(list('user <name:password>', 'user of the mock', credentials)),
    control: setting('control', 'accept control calls from this machine', boolean, false),
    controlRemote: setting(
      'control-remote',
      'accept control calls from other machines too; they reveal tokens and passwords',
      boolean,
      false,
    ),
    realTime: setting(
      'real-time',
      'let the clock run; without it, only control calls advance it',
      boolean,
      false,
    ),
    replay: optional(
      'replay <file>',
      'recording of "chat-server record" that the mock replays',
      nonEmpty,
    ),
    corsOrigins: list(
      'cors-origin <origin>',
      'origin of pages that may use the mock, in addition to pages of this machine; * means any',
      origin,
    ),
    json: setting('json', 'print the URL as one line of JSON', boolean, false),
    untilStdinEnds: setting(
      'until-stdin-ends',
      'stop when stdin ends, for example because the program that started the mock has ended',
      boolean,
      false,
    ),
  }),
  ...documentLimits,
  tokenLifetimeMs: settings.tokenLifetimeMs,
  sessionIdleMs: settings.sessionIdleMs,
};

/** The settings of `record`. */
export const recordSettings = withPrefix('CHAT_RECORD_', {
  out: optional('out <file>', 'file for the recording; an existing one is replaced', nonEmpty),
  ...listenSettings(4001),
  json: setting('json', 'print the URL as one line of JSON', boolean, false),
  untilStdinEnds: setting('until-stdin-ends', 'stop when stdin ends', boolean, false),
});
