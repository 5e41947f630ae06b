import { readFileSync } from 'node:fs';
import { MockServer } from '../../mock/process/mock-server.js';
import { type MockRecording, parseRecording } from '../../mock/recording/recording.js';
import { CommandError, SettingError } from '../errors.js';
import { explainListenError } from '../lifecycle/explain-listen-error.js';
import { stopWhenRequested } from '../lifecycle/stop-when-requested.js';
import { print, type Terminal, warn } from '../output/terminal.js';
import type { mockSettings } from '../settings/command-settings.js';
import type { Settings } from '../settings/read-settings.js';

/**
 * Runs the mock until a signal stops it.
 * @throws {SettingError} when the recording is invalid
 * @throws {CommandError} when it cannot listen
 */
export async function mock(
  terminal: Terminal,
  given: Settings<typeof mockSettings>,
): Promise<void> {
  const { host, port, json, untilStdinEnds, replay, ...settings } = given;
  const { users, control, controlRemote, realTime, corsOrigins, ...limits } = settings;
  // A recording contains users, and tests that control a mock create users in its namespaces.
  if (users.length === 0 && replay === undefined && !control && !controlRemote) {
    warn(terminal, 'There are no users, so nobody can log in: add one with --user NAME:PASSWORD.');
  }
  const server = new MockServer({
    users,
    ...(replay !== undefined && { replay: readRecording(replay) }),
    limits,
    realTime,
    allowedOrigins: corsOrigins,
    control: control || controlRemote,
    controlRemote,
  });
  const url = await server.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(explainListenError({ host, port }, error));
  });
  stopWhenRequested(() => server.close(), terminal, untilStdinEnds);
  print(
    terminal,
    json ? JSON.stringify({ url, pid: process.pid }) : `Chat mock listening on ${url}`,
  );
}

/** @throws {SettingError} with the line or the path of what is invalid */
function readRecording(path: string): MockRecording {
  try {
    return parseRecording(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === undefined ? message : `the file cannot be read (${code}).`;
    throw new SettingError(`--replay or CHAT_MOCK_REPLAY is invalid: ${path}: ${problem}`);
  }
}
